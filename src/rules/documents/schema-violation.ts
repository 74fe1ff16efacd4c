import { reportViolations } from './violations';
import { rule } from '../rule';

export default rule({
  name: 'schema-violation',
  category: 'schema',
  severity: 'error',
  summary: 'The cluster would reject this document.',
  docs: `
    The API server refuses what does not fit the kind's schema and its CEL rules, kubectl
    refuses fields that the kind does not have, and Istio's admission webhook refuses values
    that make no sense to it. Where the webhook does not run, such a document gets into the
    cluster and is ignored, or worse, read in part.
  `,
  sameAs: ['IST0106'],
  check: (context) => reportViolations(context, 'error', () => ({})),
});

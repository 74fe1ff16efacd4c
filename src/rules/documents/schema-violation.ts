import { reportViolations } from './violations';
import { rule } from '../rule';

export default rule({
  name: 'schema-violation',
  category: 'schema',
  severity: 'error',
  summary: 'The cluster would reject this document.',
  url: 'https://istio.io/latest/docs/reference/config/',
  docs: `
    The API server rejects a document that does not match the schema of its kind or its CEL rules,
    kubectl rejects unknown fields, and Istio's admission webhook rejects values that Istio cannot
    use. Without the webhook, such a document reaches the cluster and is ignored, or is only partly
    used.

    Fix: correct the field that the message names.

    A version of a Kubernetes kind that newer clusters no longer serve is a warning: an older cluster
    still accepts the document. Unknown fields of an IstioOperator are one finding, because they
    usually have one cause: the file was written for another release.
  `,
  sameAs: ['IST0106'],
  supersedes: ['unsupported-port-protocol', 'duplicate-listener'],
  check: (context) =>
    reportViolations(context, 'error', ({ reason }) => (reason === 'removed-version' ? { severity: 'warning' } : {})),
});

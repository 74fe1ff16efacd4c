import type { Violation } from '../schema/violation';
import { reportViolations } from './violations';
import { rule } from './rule';

const SAME_AS = ['IST0133'];

/** What `istioctl analyze` says as well: the warnings of the webhook, less those that we alone know of. */
const sameAs = ({ layer, ours }: Violation) => (layer === 'webhook' && !ours ? SAME_AS : []);

export default rule({
  name: 'schema-warning',
  category: 'schema',
  severity: 'warning',
  summary: 'The cluster would take this document, but warn of it.',
  docs: `
    Istio's admission webhook lets some things pass with a warning: fields that are deprecated
    or have no effect where they stand, selectors that choose everything, patches with fields
    that Envoy does not have. kubectl prints such warnings once and nobody sees them again.

    Unlike \`istioctl analyze\`, this rule also sees warnings inside subsets and port settings
    of a DestinationRule, fields of the Gateway API that are in its experimental channel only,
    and what a webhook passes over and Envoy then refuses. It does not warn of every EnvoyFilter.
  `,
  sameAs: SAME_AS,
  check: (context) => reportViolations(context, 'warning', (violation) => ({ sameAs: sameAs(violation) })),
});

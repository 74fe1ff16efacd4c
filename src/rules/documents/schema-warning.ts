import type { Mesh } from '../../mesh/mesh';
import type { Violation } from '../../schema/violation';
import type { Resource } from '../../source/resource';
import { policiesOnTcp } from '../authorization/http-on-tcp';
import { analyzerCodes } from './schema-doubts';
import { reportViolations } from './violations';
import { rule } from '../rule';

export default rule({
  name: 'schema-warning',
  category: 'schema',
  severity: 'warning',
  summary: 'The cluster would accept this document with a warning.',
  docs: `
    Istio's admission webhook lets some things pass with a warning: fields that are deprecated
    or have no effect where they stand, selectors that choose everything, patches with fields
    that Envoy does not have. kubectl prints such warnings once and nobody sees them again.

    Unlike \`istioctl analyze\`, this rule also sees warnings inside subsets and port settings
    of a DestinationRule, fields of the Gateway API that are in its experimental channel only,
    and what a webhook passes over and Envoy then refuses. It does not warn of every EnvoyFilter.
  `,
  sameAs: ['IST0133'],
  check: (context) =>
    reportViolations(context, 'warning', (violation, resource) =>
      isToldElsewhere(context.mesh, violation, resource) ? undefined : { sameAs: analyzerCodes(violation) },
    ),
});

/** Whether a rule of its own tells it, and at the narrower field. */
function isToldElsewhere(mesh: Mesh, { reason, path }: Violation, resource: Resource): boolean {
  if (reason === 'old-name') return true;
  if (reason !== 'http-of-tcp') return false;
  const around = `${resource.at(path).pathText}.`;
  return policiesOnTcp(mesh).some(
    ({ place }) => place.resource.document === resource.document && place.pathText.startsWith(around),
  );
}

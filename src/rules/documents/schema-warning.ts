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
  url: 'https://istio.io/latest/docs/reference/config/',
  docs: `
    Istio's admission webhook accepts some documents with a warning: deprecated fields, fields that
    have no effect, selectors that match everything, EnvoyFilter patches with fields that Envoy does
    not have. kubectl prints the warning once.

    Unlike \`istioctl analyze\`, this rule also reports warnings in subsets and port settings of a
    DestinationRule, fields of the experimental channel of the Gateway API, and values that the
    webhook accepts but Envoy rejects. It does not warn about every EnvoyFilter.
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

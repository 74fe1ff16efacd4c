import { rule } from '../rule';
import { unenrolledTarget, waypointPolicies } from './waypoint-policies';

export default rule({
  name: 'policy-without-waypoint',
  category: 'security',
  severity: 'warning',
  isAboutAbsence: true,
  summary: 'An HTTP policy applies to pods in ambient mode that have no waypoint.',
  url: 'https://istio.io/latest/docs/ambient/usage/l7-features/',
  docs: `
    In ambient mode, the ztunnel of the node sees connections only. Methods, paths, headers, tokens,
    Wasm extensions and request telemetry need a waypoint. ztunnel treats an AuthorizationPolicy
    with such fields as the safer case: an ALLOW rule allows nothing, a DENY rule may deny more than
    intended. Other policies have no effect.

    Fix: deploy a waypoint and label the Service or its namespace \`istio.io/use-waypoint\`.
  `,
  sameAs: ['KIA0109', 'KIA1110', 'KIA1111', 'KIA1112'],
  check({ mesh, report }) {
    for (const { policy, unenrolled } of waypointPolicies(mesh)) {
      const target = unenrolledTarget(mesh, policy);
      if (target !== undefined)
        report(
          policy.at(['metadata', 'name']),
          `this ${policy.kind} needs a waypoint to enforce it, and ${target} uses none`,
          {
            sameAs: [unenrolled],
          },
        );
    }
  },
});

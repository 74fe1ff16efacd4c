import { rule } from '../rule';
import { unenrolledTarget, waypointPolicies } from './waypoint-policies';

export default rule({
  name: 'policy-without-waypoint',
  category: 'security',
  severity: 'warning',
  isAboutAbsence: true,
  summary: 'An HTTP policy applies to pods in ambient mode that have no waypoint.',
  docs: `
    In ambient mode the ztunnel of the node sees connections only. Methods, paths, headers, tokens,
    Wasm and what Telemetry says of requests need a waypoint: an AuthorizationPolicy about them
    allows nothing where it should allow, or forbids more than it should; others have no effect.
    Deploy a waypoint and label the namespace or the Service \`istio.io/use-waypoint\`.
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

import { rule } from '../rule';
import { unenrolledWorkloads, waypointPolicies } from './waypoint-policies';

export default rule({
  name: 'workload-without-waypoint',
  category: 'security',
  severity: 'warning',
  isAboutAbsence: true,
  summary: 'An AuthorizationPolicy about requests is for a workload that no waypoint stands in front of.',
  docs: `
    ztunnel knows connections, not requests: a rule about methods, paths or tokens can never be met
    there, so an ALLOW lets nothing in. A DENY loses what it says of requests: it forbids whatever
    the rest of it fits, or, where no rest is left, nothing at all. Give the workload or its Service
    a waypoint (\`istio.io/use-waypoint\`).
  `,
  sameAs: ['KIA1317'],
  check({ mesh, report }) {
    for (const { policy } of waypointPolicies(mesh)) {
      if (policy.kind !== 'AuthorizationPolicy') continue;
      for (const { resource } of unenrolledWorkloads(mesh, policy))
        report(
          resource.at(['metadata', 'name']),
          `AuthorizationPolicy "${policy.name}" judges requests, and no waypoint sees those of ${resource.title}`,
          { related: [{ place: policy.at(['metadata', 'name']), message: 'the policy' }] },
        );
    }
  },
});

import { rule } from '../rule';
import { unenrolledWorkloads, waypointPolicies } from './waypoint-policies';

export default rule({
  name: 'workload-without-waypoint',
  category: 'security',
  severity: 'warning',
  isAboutAbsence: true,
  summary: 'An AuthorizationPolicy about requests is for a workload that no waypoint stands in front of.',
  url: 'https://istio.io/latest/docs/ambient/usage/l4-policy/',
  docs: `
    ztunnel enforces rules about connections, not about requests. An ALLOW rule with methods, paths
    or tokens never matches there, so it allows nothing. Of a DENY rule ztunnel ignores these
    fields: it denies what the remaining fields match, and nothing when no field remains.

    Fix: give the workload or its Service a waypoint (label \`istio.io/use-waypoint\`).
  `,
  sameAs: ['KIA1317'],
  check({ mesh, report }) {
    for (const { policy } of waypointPolicies(mesh)) {
      if (policy.kind !== 'AuthorizationPolicy') continue;
      for (const { resource } of unenrolledWorkloads(mesh, policy))
        report(
          resource.at(['metadata', 'name']),
          `AuthorizationPolicy "${policy.name}" has HTTP rules, but ${resource.title} has no waypoint to enforce them`,
          { related: [{ place: policy.at(['metadata', 'name']), message: 'the policy' }] },
        );
    }
  },
});

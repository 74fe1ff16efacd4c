import { attachment } from '../../mesh/policies/policy-enforcers';
import { rootNamespace } from '../../mesh/settings/mesh-config';
import { rule } from '../rule';
import { waypointPolicies } from './waypoint-policies';

export default rule({
  name: 'selector-at-waypoint',
  category: 'security',
  severity: 'warning',
  summary: 'An HTTP policy in ambient mode has no targetRefs, so waypoints ignore it.',
  url: 'https://istio.io/latest/docs/ambient/usage/l7-features/',
  docs: `
    A waypoint enforces the policies whose \`targetRefs\` name it or a Service that it serves.
    Policies with a selector, and policies for a whole namespace, go to ztunnel, which cannot read
    requests: it enforces the fields about connections, and an ALLOW rule with other fields allows
    nothing. Only policies in the root namespace apply to waypoints without \`targetRefs\`.

    Fix: name the waypoint or the Service in \`targetRefs\`.
  `,
  sameAs: ['KIA0110', 'KIA1115', 'KIA1116', 'KIA1117'],
  check({ mesh, report }) {
    for (const { policy, untargeted } of waypointPolicies(mesh)) {
      const { targetRefs } = attachment(policy);
      if (targetRefs.length > 0 || policy.namespace === rootNamespace(mesh)) continue;
      const place = policy.value.spec?.selector ? policy.at(['spec', 'selector']) : policy.at(['metadata', 'name']);
      report(place, `waypoints ignore this ${policy.kind}, because it has no targetRefs`, { sameAs: [untargeted] });
    }
  },
});

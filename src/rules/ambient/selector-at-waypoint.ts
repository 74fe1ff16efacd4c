import { attachment } from '../../mesh/policies/policy-enforcers';
import { rootNamespace } from '../../mesh/settings/mesh-config';
import { rule } from '../rule';
import { waypointPolicies } from './waypoint-policies';

export default rule({
  name: 'selector-at-waypoint',
  category: 'security',
  severity: 'warning',
  summary: 'An HTTP policy in ambient mode has no targetRefs, so waypoints ignore it.',
  docs: `
    Waypoints heed policies that name them, or a Service behind them, in \`targetRefs\`. Those with
    a selector, or for a whole namespace, go to ztunnel, which cannot read requests: it enforces
    what is about connections and takes the rest for the worst. Only in the root namespace may the
    target be left out.
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

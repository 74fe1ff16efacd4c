import { configs } from '../../mesh/settings/configs';
import { GATEWAY_NAME } from '../../mesh/gateways/gateway-deployments';
import { type Policy, attachment } from '../../mesh/policies/policy-enforcers';
import { isWaypoint } from '../../mesh/workloads/proxy';
import { workloadsSelected } from '../../mesh/workloads/workloads';
import type { Labels } from '../../mesh/workloads/labels';
import type { Field } from '../../source/field';
import { type Context, rule } from '../rule';
import { firstLabel } from '../workloads/selectors';

export default rule({
  name: 'selector-on-kubernetes-gateway',
  category: 'security',
  severity: 'warning',
  summary: 'A policy selects the proxies of a Gateway API Gateway by labels instead of targetRefs.',
  url: 'https://istio.io/latest/docs/reference/config/security/authorization-policy/',
  docs: `
    Waypoints ignore selectors, so the policy has no effect at a waypoint. Proxies of other Gateways
    use it as long as the control plane runs with ENABLE_SELECTOR_BASED_K8S_GATEWAY_POLICY, which is
    the default; there the finding is info, although istioctl reports a warning.

    Fix: name the Gateway in \`targetRefs\`:

        targetRefs:
          - group: gateway.networking.k8s.io
            kind: Gateway
            name: bookinfo
  `,
  sameAs: ['IST0166'],
  check(context) {
    for (const kind of ['AuthorizationPolicy', 'RequestAuthentication', 'Telemetry', 'WasmPlugin'] as const)
      for (const policy of configs(context.mesh, kind)) checkOne(context, policy);
  },
});

function checkOne({ mesh, report }: Context, policy: Policy): void {
  const { namespace, selector, targetRefs } = attachment(policy);
  if (targetRefs.length > 0 || !selector || Object.keys(selector).length === 0) return;
  const gateways = workloadsSelected(mesh, selector, namespace).filter(
    ({ labels }) => labels[GATEWAY_NAME] !== undefined,
  );
  const ignoring = gateways.find(isWaypoint);
  const chosen = ignoring ?? gateways[0];
  if (!chosen) return;
  const place = firstLabel(policy.at(['spec', 'selector', 'matchLabels']) as Field<Labels>);
  const name = chosen.labels[GATEWAY_NAME];
  const related = [{ place: chosen.resource.at(['metadata', 'name']), message: 'the proxies' }];
  if (ignoring) report(place, `waypoint "${name}" ignores selectors; use targetRefs`, { related });
  else
    report(place, `use targetRefs for Gateway "${name}" instead of selecting its proxies by labels`, {
      related,
      severity: 'info',
    });
}

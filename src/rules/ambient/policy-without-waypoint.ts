import { isAmbientNamespace } from '../../mesh/ambient/waypoints';
import type { Policy } from '../../mesh/policies/policy-enforcers';
import { isDefined } from '../../mesh/settings/namespaces';
import { type Context, type Details, rule } from '../rule';
import { unenrolledTarget, waypointPolicies } from './waypoint-policies';

export default rule({
  name: 'policy-without-waypoint',
  category: 'security',
  severity: 'warning',
  isAboutAbsence: true,
  summary: 'A policy requires a waypoint to enforce it, and there is none.',
  url: 'https://istio.io/latest/docs/ambient/usage/l7-features/',
  docs: `
    Only a waypoint enforces a policy whose \`targetRefs\` name a Service or ServiceEntry. Sidecars
    and ztunnel ignore such a policy: when the target has no waypoint, a DENY denies nothing, tokens
    are not verified, extensions do not run. This is also true in a mesh of sidecars.

    In ambient mode, the ztunnel of the node sees connections only. Methods, paths, headers, tokens,
    Wasm extensions and request telemetry need a waypoint. ztunnel treats an AuthorizationPolicy
    with such fields as the safer case: an ALLOW rule allows nothing (the connection is closed), a
    DENY rule may deny more than intended. Other policies have no effect.

    Fix: deploy a waypoint and label the Service or its namespace \`istio.io/use-waypoint\`; for
    workloads with sidecars, replace \`targetRefs\` with a \`selector\`.
  `,
  sameAs: ['KIA0109', 'KIA1110', 'KIA1111', 'KIA1112'],
  check(context) {
    for (const { policy, unenrolled } of waypointPolicies(context.mesh)) {
      const target = unenrolledTarget(context.mesh, policy);
      if (target !== undefined) reportPolicy(context, policy, target, unenrolled);
    }
  },
});

/** In ambient mode the labels of the namespace are known; elsewhere a namespace outside of the input may name a waypoint. */
function reportPolicy({ mesh, report, missing }: Context, policy: Policy, target: string, code: string): void {
  const { namespace } = policy;
  const isAmbient = isAmbientNamespace(mesh, namespace);
  const details: Details = { sameAs: isAmbient ? [code] : [] };
  const place = policy.at(['metadata', 'name']);
  const message = isAmbient
    ? `this ${policy.kind} needs a waypoint to enforce it, and ${target} uses none`
    : `no proxy enforces this ${policy.kind}: sidecars ignore policies with targetRefs, and ${target} uses no waypoint; use a selector`;
  if (isDefined(mesh, namespace)) return report(place, message, details);
  missing(place, { kind: 'Namespace', namespace: '', name: namespace }, message, details);
}

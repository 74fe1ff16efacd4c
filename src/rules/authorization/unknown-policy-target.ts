import { configs, configsIn } from '../../mesh/settings/configs';
import { isWaypointGateway } from '../../mesh/gateways/gateway-deployments';
import { rootNamespace } from '../../mesh/settings/mesh-config';
import { serviceCalled } from '../../mesh/gateway-api/parents';
import { type FullKind, GATEWAY, SERVICE, SERVICE_ENTRY, kindOf } from '../../mesh/gateway-api/references';
import type { Kind } from '../../mesh/mesh';
import type { TargetRef } from '../../mesh/policies/policy-attachment';
import { didYouMean } from '../../schema/spelling';
import type { Field } from '../../source/field';
import { type Context, rule } from '../rule';

const GATEWAY_CLASS: FullKind = 'gateway.networking.k8s.io/GatewayClass';
const KINDS = ['AuthorizationPolicy', 'RequestAuthentication', 'Telemetry', 'WasmPlugin', 'EnvoyFilter'] as const;

/** What can be named as a target, with the name that resources of its kind go by here. */
const TARGETS = new Map<FullKind, Kind>([
  [GATEWAY, 'KubernetesGateway'],
  [SERVICE, 'Service'],
  [SERVICE_ENTRY, 'ServiceEntry'],
]);

export default rule({
  name: 'unknown-policy-target',
  category: 'reference',
  severity: 'error',
  summary: 'A policy references a target that does not exist.',
  url: 'https://istio.io/latest/docs/reference/config/security/authorization-policy/',
  docs: `
    A policy with \`targetRefs\` applies to the proxies of the Gateway that it names, or to the
    waypoint of the Service or ServiceEntry that it names. When the target does not exist in the
    namespace of the policy, no proxy enforces it: what it should deny stays allowed, tokens are not
    verified, extensions do not run.

    The only GatewayClass that a policy can target is \`istio-waypoint\`, and only from the root
    namespace: such a policy applies to all waypoints.

    Fix: correct the name, or move the policy to the namespace of its target.
  `,
  check(context) {
    for (const kind of KINDS)
      for (const policy of configs(context.mesh, kind))
        for (const field of [...policy.each('spec.targetRefs[]'), ...targetOf(policy.at(['spec', 'targetRef']))])
          checkOne(context, field, policy.namespace);
  },
});

/** The one target that policies could name before there were lists. */
const targetOf = (field: Field): Field<TargetRef>[] => (field.value ? [field as Field<TargetRef>] : []);

function checkOne(context: Context, field: Field<TargetRef>, namespace: string): void {
  const { mesh, missing } = context;
  const { name = '' } = field.value;
  const full = kindOf(field.value, '/');
  if (full === GATEWAY_CLASS) return checkClass(context, field, namespace);
  const known = TARGETS.get(full);
  // Istio makes Services for the Gateways that it deploys.
  if (!known || (full === SERVICE && serviceCalled(mesh, namespace, name))) return;
  const names = configsIn(mesh, known, namespace).map((each) => each.name);
  if (names.includes(name)) return;
  const kind = full.slice(full.indexOf('/') + 1);
  const message = `${kind} "${namespace}/${name}" does not exist, so this policy is not attached${didYouMean(name, names)}`;
  missing(field.get('name'), { kind, namespace }, message);
}

/** A policy for all waypoints. istio: model.matchesPolicy */
function checkClass({ mesh, report, missing }: Context, field: Field<TargetRef>, namespace: string): void {
  const root = rootNamespace(mesh);
  if (field.value.name !== 'istio-waypoint')
    return report(
      field.get('name'),
      'a policy can only target the GatewayClass "istio-waypoint", so this policy is not attached',
    );
  if (namespace !== root)
    return report(
      field,
      `only policies in the root namespace "${root}" can target a GatewayClass, so this policy is not attached`,
    );
  if (!configs(mesh, 'KubernetesGateway').some((gateway) => isWaypointGateway(mesh, gateway)))
    missing(field, { kind: 'Gateway', namespace: '' }, 'the mesh has no waypoint, so no proxy enforces this policy');
}

import { configs, configsIn } from '../../mesh/settings/configs';
import { serviceCalled } from '../../mesh/gateway-api/parents';
import { type FullKind, GATEWAY, SERVICE, SERVICE_ENTRY, kindOf } from '../../mesh/gateway-api/references';
import type { Kind } from '../../mesh/mesh';
import type { TargetRef } from '../../mesh/policies/policy-attachment';
import { didYouMean } from '../../schema/spelling';
import type { Field } from '../../source/field';
import { type Context, rule } from '../rule';

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

function checkOne({ mesh, missing }: Context, field: Field<TargetRef>, namespace: string): void {
  const { name = '' } = field.value;
  const full = kindOf(field.value, '/');
  const known = TARGETS.get(full);
  // Istio makes Services for the Gateways that it deploys.
  if (!known || (full === SERVICE && serviceCalled(mesh, namespace, name))) return;
  const names = configsIn(mesh, known, namespace).map((each) => each.name);
  if (names.includes(name)) return;
  const kind = full.slice(full.indexOf('/') + 1);
  const message = `${kind} "${namespace}/${name}" does not exist, so this policy is not attached${didYouMean(name, names)}`;
  missing(field.get('name'), { kind, namespace }, message);
}

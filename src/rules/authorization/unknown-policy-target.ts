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
  docs: `
    A policy with \`targetRefs\` is for the proxies of the Gateway that it names, or for the waypoint
    of the Service or ServiceEntry that it names, and for nobody else. Where there is no such thing
    in the policy's own namespace, nobody enforces it: what it should forbid stays allowed, tokens
    are not verified, extensions do not run. Correct the name, or put the policy beside its target.
  `,
  check(context) {
    for (const kind of KINDS)
      for (const policy of configs(context.mesh, kind))
        for (const field of [...policy.each('spec.targetRefs[]'), ...targetOf(policy.at(['spec', 'targetRef']))])
          judge(context, field, policy.namespace);
  },
});

/** The one target that policies could name before there were lists. */
const targetOf = (field: Field): Field<TargetRef>[] => (field.value ? [field as Field<TargetRef>] : []);

function judge({ mesh, missing }: Context, field: Field<TargetRef>, namespace: string): void {
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

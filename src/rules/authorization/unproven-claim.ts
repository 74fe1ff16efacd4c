import { requestAuthentications } from '../../mesh/policies/authentication';
import { type AuthorizationPolicy, actionOf } from '../../mesh/policies/authorization';
import { configs, configsIn } from '../../mesh/settings/configs';
import { GATEWAY_NAME } from '../../mesh/gateways/gateway-deployments';
import type { Mesh } from '../../mesh/mesh';
import { rootNamespace } from '../../mesh/settings/mesh-config';
import type { Attachable } from '../../mesh/policies/policy-attachment';
import { attachables, attachment, workloadsUnder } from '../../mesh/policies/policy-enforcers';
import type { Field } from '../../source/field';
import { type Context, rule } from '../rule';

export default rule({
  name: 'unproven-claim',
  category: 'security',
  severity: 'warning',
  isAboutAbsence: true,
  summary: 'An AuthorizationPolicy matches JWT claims, but no RequestAuthentication verifies tokens.',
  url: 'https://istio.io/latest/docs/reference/config/security/request_authentication/',
  docs: `
    requestPrincipals and the conditions "request.auth.*" are set only after a RequestAuthentication
    of the same workload has verified the token. Without one they are empty: an ALLOW rule that
    requires them allows nothing (403, RBAC: access denied), a DENY rule with notRequestPrincipals
    or notValues denies every request.

    Fix: add a RequestAuthentication for the workload, in its namespace or in the root namespace.
  `,
  check(context) {
    for (const policy of configs(context.mesh, 'AuthorizationPolicy')) {
      const claims = claimsOf(policy);
      if (claims.length === 0) continue;
      const unproven = unprovenFor(context.mesh, policy);
      if (unproven) for (const claim of claims) reportFault(context, policy, unproven, claim);
    }
  },
});

/** A field that asks for a claim, or for its absence. */
interface Claim {
  readonly field: Field;
  readonly isNegative: boolean;
}

const claimsOf = (policy: AuthorizationPolicy): Claim[] => [
  ...policy.each('spec.rules[].from[].source.requestPrincipals').map((field) => ({ field, isNegative: false })),
  ...policy.each('spec.rules[].from[].source.notRequestPrincipals').map((field) => ({ field, isNegative: true })),
  ...policy
    .each('spec.rules[].when[]')
    .filter(({ value: { key = '' } }) => key.startsWith('request.auth.'))
    .map((condition) => ({ field: condition.get('key'), isNegative: !condition.value.values?.length })),
];

/** What the policy is attached to without anything that proves tokens there; where several are, the first. */
function unprovenFor(mesh: Mesh, policy: AuthorizationPolicy): Attachable | undefined {
  const { namespace, targetRefs } = attachment(policy);
  if (targetRefs.length === 0) return attachables(mesh, policy).find((each) => !isProven(mesh, each));
  const gateways = targetRefs.filter(({ kind }) => kind === 'Gateway');
  const unproven = gateways
    .map(({ name = '' }) => ({ namespace, name, labels: { [GATEWAY_NAME]: name } }))
    .find((gateway) => !isProven(mesh, gateway));
  if (unproven || gateways.length === targetRefs.length) return unproven;
  // Behind a waypoint tokens may be proven for the service, for the waypoint, or for all waypoints.
  const around = [namespace, rootNamespace(mesh)];
  const isProvenAround = around.some((each) => configsIn(mesh, 'RequestAuthentication', each).length > 0);
  return isProvenAround ? undefined : { namespace, labels: {} };
}

const isProven = (mesh: Mesh, workload: Attachable): boolean => requestAuthentications(mesh, workload).length > 0;

function reportFault(
  { mesh, report, missing }: Context,
  policy: AuthorizationPolicy,
  unproven: Attachable,
  { field, isNegative }: Claim,
): void {
  const name = 'name' in unproven ? ` for "${String(unproven.name)}"` : '';
  const effect = isNegative ? 'this matches every request' : `this ${actionOf(policy)} rule never matches`;
  const message = `no RequestAuthentication verifies tokens${name}, so ${effect}`;
  const place = field.path.at(-1) === 'key' ? field : field.key;
  // An input that holds the workload is taken to hold what is attached to it.
  const isWhole = policy.metadata.namespace !== undefined && !mesh.isPartial;
  if (mesh.world !== 'open' && isWhole && workloadsUnder(mesh, policy).length > 0) return report(place, message);
  missing(place, { kind: 'RequestAuthentication', namespace: '' }, message);
}

/** Allows and denies as AuthorizationPolicies say: envoy.filters.http.rbac, envoy.filters.network.rbac. */
import type { HttpFilter, NetworkFilter } from '../../envoy/config';
import { type AuthorizationPolicy, authorizationPolicies } from '../../mesh/policies/authorization';
import { type Push, perPushAnd } from '../context';
import { workloadOf } from '../listener-class';
import { from } from '../origins';
import { customAuthorization } from './rbac/custom';
import type { RuleContext } from './rbac/condition';
import { rbacFilter } from './rbac/filter';
import { type BuiltRules, rulesOf } from './rbac/policies';

type Protocol = RuleContext['protocol'];

/** For AUDIT, then DENY, then ALLOW. istio: authz Builder.BuildHTTP, BuildTCP */
export const rbac = perPushAnd((push, protocol: Protocol): readonly (HttpFilter & NetworkFilter)[] => {
  const { audit, deny, allow } = authorizationPolicies(push.mesh, workloadOf(push));
  const context = { protocol, identity: push.tunnelled ? 'filter-state' : 'certificate' } as const;
  return [
    ...filterFor(push, audit, { ...context, action: 'LOG' }),
    ...filterFor(push, deny, { ...context, action: 'DENY' }),
    ...filterFor(push, allow, { ...context, action: 'ALLOW' }),
  ];
});

/** For CUSTOM: what finds out which requests are meant, and what asks the provider about them. */
export const customAuthz = perPushAnd((push, protocol: Protocol): readonly (HttpFilter & NetworkFilter)[] =>
  customAuthorization(push, authorizationPolicies(push.mesh, workloadOf(push)).custom, protocol),
);

function filterFor(push: Push, policies: readonly AuthorizationPolicy[], context: RuleContext): HttpFilter[] {
  if (policies.length === 0) return [];
  const rules = rulesOf(push, policies, context);
  return [
    from(
      push.origins,
      policies[0]?.at(['spec']),
      rbacFilter(context.protocol, { ...rules, ...shadowPrefix(context, rules) }),
    ),
  ];
}

/** Where nothing is only tried, Pilot names it as if it were allowing. istio: shadowRuleStatPrefix */
function shadowPrefix({ action }: RuleContext, { shadowRules }: BuiltRules): { shadowRulesStatPrefix?: string } {
  if (!shadowRules || action === 'ALLOW') return { shadowRulesStatPrefix: 'istio_dry_run_allow_' };
  return action === 'DENY' ? { shadowRulesStatPrefix: 'istio_dry_run_deny_' } : {};
}

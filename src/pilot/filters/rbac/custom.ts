/** Hands requests over to a provider's own judgement, as AuthorizationPolicies with the action CUSTOM say. */
import type { HttpFilter, NetworkFilter, Rules } from '../../../envoy/config';
import type { AuthorizationPolicy } from '../../../mesh/policies/authorization';
import { groupBy } from '../../../mesh/grouping';
import { alphabetically } from '../../../mesh/services/hostname';
import type { Push } from '../../context';
import { from } from '../../origins';
import { extAuthz, findsExtAuthz } from '../ext-authz';
import { rbacFilter } from './filter';
import type { RuleContext } from './condition';
import { allRules, isDryRun } from './policies';

type Filter = HttpFilter & NetworkFilter;

/**
 * RBAC that enforces nothing marks the requests that are meant, and ext_authz asks about those. A provider that cannot be asked,
 * or several of them, deny everything that is meant. istio: authz Builder.buildHTTP, buildTCP for CUSTOM
 */
export function customAuthorization(
  push: Push,
  policies: readonly AuthorizationPolicy[],
  protocol: RuleContext['protocol'],
): Filter[] {
  // Behind the tunnel of a sidecar Pilot forgets that there are no certificates.
  const identity = push.proxy.kind === 'waypoint' ? 'filter-state' : 'certificate';
  const byProvider = [...groupBy(policies, providerOf)].sort(([one], [other]) => alphabetically(one, other));
  return byProvider.flatMap(([provider, group]) => {
    const prefix = provider ? `istio-ext-authz-${provider}-` : 'istio-ext-authz-';
    const rulesFor = (some: AuthorizationPolicy[]) =>
      allRules(push, some, { protocol, action: 'DENY', identity }, prefix);
    const rules = rulesFor(group.filter((policy) => !isDryRun(policy)));
    const origin = group[0]?.at(['spec']);
    if (byProvider.length > 1 || !findsExtAuthz(push, provider))
      return [from(push.origins, origin, rbacFilter(protocol, { rules: denied(rules) }))];
    const asks = extAuthz(push, provider, protocol);
    if (!asks) return [];
    const tried = rulesFor(group.filter(isDryRun));
    const marks = rbacFilter(protocol, {
      ...(tried.policies && { rules: tried }),
      shadowRules: rules,
      shadowRulesStatPrefix: 'istio_ext_authz_',
    });
    return [from(push.origins, origin, marks), from(push.origins, origin, asks)];
  });
}

const providerOf = ({ value }: AuthorizationPolicy): string => value.spec?.provider?.name ?? '';

/** istio: getBadCustomDenyRules */
function denied(rules: Rules): Rules {
  const { policies, ...others } = rules;
  if (!policies) return others;
  const renamed = Object.entries(policies).map(([name, policy]) => [`${name}-deny-due-to-bad-CUSTOM-action`, policy]);
  return { ...others, policies: Object.fromEntries(renamed) as NonNullable<Rules['policies']> };
}

/** AuthorizationPolicies as rules of Envoy's RBAC. */
import type { Policy, Rules } from '../../../envoy/config';
import type { AuthorizationPolicy } from '../../../mesh/policies/authorization';
import type { Rule } from '../../../schema/kinds/security';
import type { Field } from '../../../source/field';
import type { Push } from '../../context';
import { from } from '../../origins';
import { type Condition, type RuleContext, conjunction } from './condition';
import { permissionLogic, permissionWhen, permissionsOf } from './permission';
import { type PolicyContext, principalLogic, principalWhen, principalsOf } from './principal';
import type { Permission, Principal } from '../../../envoy/config';

/** What policies enforce, and what they would do if they did not only try; each absent where no policy is of that kind. */
export interface BuiltRules {
  readonly rules?: Rules;
  readonly shadowRules?: Rules;
}

/** istio: authz Builder.build */
export function rulesOf(push: Push, policies: readonly AuthorizationPolicy[], context: RuleContext): BuiltRules {
  const tried = policies.filter(isDryRun);
  const enforced = policies.filter((policy) => !isDryRun(policy));
  return {
    ...(enforced.length > 0 && { rules: allRules(push, enforced, context) }),
    ...(tried.length > 0 && { shadowRules: allRules(push, tried, context) }),
  };
}

/** As Go's strconv.ParseBool. */
export const isDryRun = ({ metadata }: AuthorizationPolicy): boolean =>
  ['1', 't', 'T', 'TRUE', 'true', 'True'].includes(metadata.annotations?.['istio.io/dry-run'] ?? '');

/** The rules of several policies under names that tell which they are. */
export function allRules(
  push: Push,
  policies: readonly AuthorizationPolicy[],
  context: RuleContext,
  prefix = '',
): Rules {
  const named = policies.flatMap((policy) => {
    const rules = policy.each('spec.rules[]');
    const name = (index: number) => `${prefix}ns[${policy.namespace}]-policy[${policy.name}]-rule[${index}]`;
    if (rules.length === 0) return [[name(0), from(push.origins, policy.at(['spec']), { ...NEVER })] as const];
    return rules.flatMap((rule) => {
      const made = policyOf(push, rule, context);
      // Its place in the list, which may hold empty rules.
      return made ? [[name(Number(rule.path.at(-1))), from(push.origins, rule, made)] as const] : [];
    });
  });
  const { action } = context;
  return {
    ...(action !== 'ALLOW' && { action }),
    ...(named.length > 0 && { policies: Object.fromEntries(named) }),
  };
}

/** A policy without rules matches nothing. istio: rbacPolicyMatchNever */
const NEVER: Policy = { permissions: [{ notRule: { any: true } }], principals: [{ notId: { any: true } }] };

/** istio: authz model.New, Model.Generate */
function policyOf(push: Push, rule: Field<Rule>, context: RuleContext): Policy | undefined {
  const { trustDomain, trustDomainAliases } = push.meshConfig;
  const { namespace } = rule.resource;
  const { from: sources, to: operations, when = [] } = rule.value;
  const { identity } = context;
  const where: PolicyContext = { namespace, trustDomains: [trustDomain, ...trustDomainAliases], sources: 1, identity };
  const forAll: PolicyContext = { ...where, sources: sources?.length || 1 };
  const asked: Condition<Permission>[] = [];
  const asking: Condition<Principal>[] = [];
  for (const condition of when) {
    const permission = permissionWhen(condition);
    const principal = permission ? undefined : principalWhen(condition, forAll);
    // An attribute that does not exist spoils the whole rule.
    if (!permission && !principal) return undefined;
    if (permission) asked.push(permission);
    if (principal) asking.push(principal);
  }
  const permissions = alternatives(operations, ({ operation }) =>
    conjunction([...permissionsOf(operation), ...asked], context, permissionLogic),
  );
  const principals = alternatives(sources, ({ source }) =>
    conjunction([...principalsOf(source, where), ...asking], context, principalLogic),
  );
  return permissions && principals && { permissions, principals };
}

/** One piece for each entry of a list, or one for a list that is not there; undefined where one cannot be made. */
function alternatives<Entry extends object, Piece>(
  entries: readonly Entry[] = [],
  make: (entry: Partial<Entry>) => Piece | undefined,
): Piece[] | undefined {
  const made = (entries.length > 0 ? entries : [{}]).map(make);
  const possible = made.filter((piece) => piece !== undefined);
  return possible.length === made.length ? possible : undefined;
}

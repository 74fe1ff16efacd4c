import { type AuthorizationPolicy, actionOf, isDryRun } from '../../mesh/policies/authorization';
import { configs } from '../../mesh/settings/configs';
import type { Mesh } from '../../mesh/mesh';
import { attachables, attachment } from '../../mesh/policies/policy-enforcers';
import { isAttached } from '../../mesh/policies/policy-attachment';
import { rootNamespace } from '../../mesh/settings/mesh-config';
import { coversText } from '../../mesh/policies/text-match';
import type { Condition, Operation, Rule, Source } from '../../schema/kinds/security';
import { rule } from '../rule';
import { own } from '../../source/own';

export default rule({
  name: 'refused-allow-rule',
  category: 'conflict',
  severity: 'warning',
  summary: 'A DENY policy denies everything that a rule of an ALLOW policy allows.',
  url: 'https://istio.io/latest/docs/reference/config/security/authorization-policy/',
  docs: `
    Istio checks DENY policies first. What a DENY rule matches is refused with 403 (RBAC: access
    denied), whatever ALLOW policies say, so this ALLOW rule never allows a request.

    Fix: narrow the DENY rule, or remove the ALLOW rule.

    Rules are compared field by field. Nothing is reported unless the comparison proves that the
    DENY rule covers the ALLOW rule. Dry-run policies deny nothing.
  `,
  check({ mesh, report }) {
    const policies = configs(mesh, 'AuthorizationPolicy');
    const denying = policies.filter(
      (policy) => actionOf(policy) === 'DENY' && !isDryRun(policy) && policy.value.spec?.rules?.length,
    );
    if (denying.length === 0) return;
    for (const policy of policies) {
      if (actionOf(policy) !== 'ALLOW') continue;
      const above = denying.filter((deny) => governs(mesh, deny, policy));
      for (const allowed of policy.each('spec.rules[]')) {
        const deny = above.find((each) => each.value.spec?.rules?.some((denied) => contains(denied, allowed.value)));
        if (!deny) continue;
        report(allowed, `${deny.title} denies everything that this rule allows`, {
          related: [{ place: deny.at(['metadata', 'name']), message: 'the policy that denies it' }],
        });
      }
    }
  },
});

/** Whether a policy is for everything that another is for. */
function governs(mesh: Mesh, wide: AuthorizationPolicy, narrow: AuthorizationPolicy): boolean {
  const [one, other] = [attachment(wide), attachment(narrow)];
  if (one.targetRefs.length > 0 || other.targetRefs.length > 0)
    return wide.namespace === narrow.namespace && JSON.stringify(one) === JSON.stringify(other);
  if (wide.namespace !== narrow.namespace && wide.namespace !== rootNamespace(mesh)) return false;
  return attachables(mesh, narrow).every((each) => isAttached(one, each));
}

/** Whether every request that the narrow rule matches is also matched by the wide one. */
function contains(wide: Rule, narrow: Rule): boolean {
  return (
    all(wide.from, narrow.from, (one, other) => inside(one.source ?? {}, other.source ?? {})) &&
    all(wide.to, narrow.to, (one, other) => inside(one.operation ?? {}, other.operation ?? {})) &&
    (wide.when ?? []).every((one) => (narrow.when ?? []).some((other) => implies(other, one)))
  );
}

/** A list that is empty matches everything. */
function all<Item>(
  wide: readonly Item[] = [],
  narrow: readonly Item[] = [],
  holds: (one: Item, other: Item) => boolean,
): boolean {
  if (wide.length === 0) return true;
  return narrow.length > 0 && narrow.every((other) => wide.some((one) => holds(one, other)));
}

/** Field by field: what the wide part asks for is asked for by the narrow one, and what it excludes is excluded there too. */
function inside(wide: Source | Operation, narrow: Source | Operation): boolean {
  const theirs = narrow as Record<string, readonly string[] | undefined>;
  return Object.entries(wide as Record<string, readonly string[]>).every(([name, values]) => {
    if (values.length === 0) return true;
    const other = own(theirs, name) ?? [];
    return name.startsWith('not')
      ? values.every((value) => other.some((each) => coversText(each, value)))
      : other.length > 0 && other.every((each) => values.some((value) => coversText(value, each)));
  });
}

const implies = (narrow: Condition, wide: Condition): boolean =>
  narrow.key === wide.key &&
  inside(
    { principals: wide.values ?? [], notPrincipals: wide.notValues ?? [] },
    { principals: narrow.values ?? [], notPrincipals: narrow.notValues ?? [] },
  );

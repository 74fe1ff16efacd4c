import type { Policy, Rules } from '../config';
import { type Because, type Mismatch, firstMismatch, inWords } from '../run/because';
import { perObject } from '../run/lookup';
import type { Denial } from '../run/outcome';
import type { Rejection, Step } from '../run/trace';
import type { Facts } from './facts';
import { permissionMismatch } from './permission';
import { principalMismatch } from './principal';
import { anyMismatch } from './shared';

/** What a set of rules says about a request. */
export interface Verdict {
  readonly allowed: boolean;
  /** The first policy that matches, in order of name. */
  readonly policy?: { readonly name: string; readonly object: Policy };
  readonly rejected: readonly Rejection[];
}

// Envoy keeps policies in a map sorted by the bytes of their names.
const sorted = perObject((policies: Record<string, Policy>): [string, Policy][] =>
  Object.entries(policies).sort(([a], [b]) => (a < b ? -1 : 1)),
);

/** envoy: RoleBasedAccessControlEngineImpl::handleAction. */
export function check({ action = 'ALLOW', policies = {} }: Rules, facts: Facts, because: Because): Verdict {
  const rejected: Rejection[] = [];
  for (const [name, object] of sorted(policies)) {
    const reason = policyMismatch(object, facts, because);
    if (reason === undefined) return { allowed: action !== 'DENY', policy: { name, object }, rejected };
    if (because === inWords) rejected.push({ candidate: object, name, because: reason });
  }
  return { allowed: action !== 'ALLOW', rejected };
}

function policyMismatch(policy: Policy, facts: Facts, because: Because): Mismatch {
  const { permissions, principals, condition, checkedCondition } = policy;
  if (condition ?? checkedCondition) return because(() => 'conditions in CEL are not simulated, and match nothing');
  return firstMismatch(
    [
      () => anyMismatch(permissions, (each) => permissionMismatch(each, facts, because), because),
      () => anyMismatch(principals, (each) => principalMismatch(each, facts, because), because),
    ],
    (mismatch) => mismatch(),
  );
}

/** A verdict as the end of a sentence. */
export function verdictText({ allowed, policy }: Verdict): string {
  const by = policy ? `by policy "${policy.name}"` : `since no policy ${allowed ? 'denies' : 'allows'} it`;
  return `${allowed ? 'allowed' : 'denied'} ${by}`;
}

/** What a step tells of a verdict beside the policy. */
export const named = ({ policy, rejected }: Verdict): Pick<Step, 'name' | 'rejected'> => ({
  ...(policy && { name: policy.name }),
  rejected,
});

/** A denial with the policies behind it. */
export const denialOf = ({ policies = {} }: Rules, { policy }: Verdict): Denial => ({
  ...(policy && { by: policy.object }),
  asked: sorted(policies).map(([, object]) => object),
});

/** The details of a denial, as access logs have them: without spaces. */
export const denialDetails = ({ policy }: Verdict): string =>
  `rbac_access_denied_matched_policy[${policy?.name.replace(/\s/g, '_') ?? 'none'}]`;

/** As `named`, of a verdict that is enforced. */
export const enforced = (verdict: Verdict): Pick<Step, 'name' | 'rejected' | 'denies'> => ({
  ...named(verdict),
  ...(!verdict.allowed && !verdict.policy && { denies: true }),
});

/** What AuthorizationPolicies that ztunnel enforces decide, and how they name clients. */
import { type AuthorizationPolicies, type AuthorizationPolicy, isDryRun } from '../mesh/policies/authorization';
import { type Certainty, any } from './certainty';

/** Who a server knows to be calling: nobody, where the connection proves no identity. */
export interface Peer {
  readonly trustDomain: string;
  readonly namespace: string;
  readonly serviceAccount: string;
}

/** Whether requests come through, and the policies that decide it. */
export interface Permission {
  readonly allowed: Certainty;
  readonly by: readonly AuthorizationPolicy[];
}

/** What policies say, where it is known which of them match: deny first, then allow. */
export function decided(
  { custom, deny, allow }: Omit<AuthorizationPolicies, 'audit'>,
  matches: (policy: AuthorizationPolicy) => Certainty,
): Permission {
  const judged = (policies: readonly AuthorizationPolicy[]) =>
    policies.filter((policy) => !isDryRun(policy)).map((policy) => ({ policy, matches: matches(policy) }));
  const against = [...judged(deny), ...judged(custom)].filter(({ matches }) => matches !== 'no');
  const denied = judged(deny).filter(({ matches }) => matches === 'yes');
  if (denied.length > 0) return { allowed: 'no', by: denied.map(({ policy }) => policy) };
  const allowing = judged(allow);
  const inFavour = allowing.filter(({ matches }) => matches !== 'no');
  const allowed: Certainty = allowing.length === 0 ? 'yes' : any(allowing.map(({ matches }) => matches));
  if (allowed === 'no') return { allowed, by: allowing.map(({ policy }) => policy) };
  return {
    allowed: against.length > 0 ? 'maybe' : allowed,
    by: [...against, ...inFavour].map(({ policy }) => policy),
  };
}

/** As policies name it, without `spiffe://`. */
export const principal = ({ trustDomain, namespace, serviceAccount }: Peer): string =>
  `${trustDomain}/ns/${namespace}/sa/${serviceAccount}`;

/** Whether a peer has one of the names, `namespace/name`; one without a namespace is of the policy's own. istio: serviceAccountRegex */
export function isServiceAccount(names: readonly string[], { namespace, serviceAccount }: Peer, own: string): boolean {
  return names.some((name) => (name.includes('/') ? name : `${own}/${name}`) === `${namespace}/${serviceAccount}`);
}

/** Whether one of the patterns fits: exact, `prefix*`, `*suffix`, or `*` for anything that is not empty. */
export const fits = (patterns: readonly string[], text: string): boolean =>
  patterns.some((pattern) => {
    if (pattern === '*') return text !== '';
    if (pattern.endsWith('*')) return text.startsWith(pattern.slice(0, -1));
    if (pattern.startsWith('*')) return text.endsWith(pattern.slice(1));
    return text === pattern;
  });

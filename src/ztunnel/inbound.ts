/** Which connections a ztunnel lets in to a workload. */
import { holds } from './addresses';
import type { Authorization, Group, Match, ServiceAccountMatch, StringMatch, Workload, ZtunnelConfig } from './config';
import { lookupOf } from './lookup';

/** A SPIFFE identity by its parts. */
export interface Identity {
  readonly trustDomain: string;
  readonly namespace: string;
  readonly serviceAccount: string;
}

/** A connection to a workload; without an identity it comes as plaintext. The port is that of the workload itself. */
export interface Connection {
  readonly identity: Identity | undefined;
  readonly source: string;
  readonly destination: { readonly address: string; readonly port: number };
}

/** Whether a connection is let in, and the policies that decide: those that allow it, those that deny it, or those of which none allows it. */
export type Verdict =
  | { readonly kind: 'allowed'; readonly by: readonly Authorization[] }
  | { readonly kind: 'denied'; readonly by: readonly Authorization[] }
  | { readonly kind: 'not allowed'; readonly by: readonly Authorization[] };

/** ztunnel: DemandProxyState::assert_rbac */
export function authorize(config: ZtunnelConfig, workload: Workload, connection: Connection): Verdict {
  const policies = lookupOf(config).policiesFor(workload);
  const denying = policies.filter((policy) => policy.action === 'DENY' && matches(policy, connection));
  if (denying.length > 0) return { kind: 'denied', by: denying };
  const allow = policies.filter(({ action }) => action !== 'DENY');
  const allowing = allow.filter((policy) => matches(policy, connection));
  if (allow.length > 0 && allowing.length === 0) return { kind: 'not allowed', by: allow };
  return { kind: 'allowed', by: allowing };
}

/** ztunnel: Authorization::matches */
const matches = ({ groups = [] }: Authorization, connection: Connection): boolean =>
  groups.some((group) => groupMatches(group, connection));

const groupMatches = ({ rules = [] }: Group, connection: Connection): boolean =>
  rules.every(({ matches: all = [] }) => all.length === 0 || all.some((each) => isMet(each, connection)));

/** A match without any field is never met: all it asked for was about requests. */
function isMet(match: Match, { identity, source, destination }: Connection): boolean {
  if (Object.values(match as Record<string, readonly unknown[]>).every((values) => values.length === 0)) return false;
  const name = identity && `${identity.trustDomain}/ns/${identity.namespace}/sa/${identity.serviceAccount}`;
  return (
    meets(match.destinationIps, match.notDestinationIps, (range) => holds(range, destination.address)) &&
    meets(match.sourceIps, match.notSourceIps, (range) => holds(range, source)) &&
    meets(match.destinationPorts, match.notDestinationPorts, (port) => port === destination.port) &&
    meets(match.serviceAccounts, match.notServiceAccounts, (account) => isAccount(account, identity)) &&
    meets(match.principals, match.notPrincipals, (pattern) => name !== undefined && fits(pattern, name)) &&
    meets(match.namespaces, match.notNamespaces, (pattern) => fits(pattern, identity?.namespace ?? ''))
  );
}

const meets = <Value>(
  wanted: readonly Value[] = [],
  unwanted: readonly Value[] = [],
  isMetBy: (value: Value) => boolean,
): boolean => (wanted.length === 0 || wanted.some(isMetBy)) && !unwanted.some(isMetBy);

const isAccount = ({ namespace, serviceAccount }: ServiceAccountMatch, identity: Identity | undefined): boolean =>
  identity?.namespace === namespace && identity.serviceAccount === serviceAccount;

function fits({ exact, prefix, suffix, presence }: StringMatch, text: string): boolean {
  if (presence) return text !== '';
  if (prefix !== undefined) return text.startsWith(prefix);
  if (suffix !== undefined) return text.endsWith(suffix);
  return exact === text;
}

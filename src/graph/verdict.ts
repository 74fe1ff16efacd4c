/** What comes of calls, as the proxies on their way decide it. */
import type { Unknown } from '../envoy/run/assumptions';
import type { Hop, PolicyName, Way } from '../simulation/journey';
import type { Transport as Connection } from '../simulation/transport';
import { transportOf } from '../simulation/transport';
import { type AuthorizationPolicy, actionOf, isDryRun } from '../mesh/policies/authorization';
import type { Resource } from '../source/resource';
import type { Certainty } from '../simulation/certainty';
import type { Call, Transport } from './connection';

/** What comes of a call. */
export type Verdict = Pick<Call, 'transports' | 'allowed' | 'policies' | 'dependsOn'>;

/** What comes of one way of a call that reaches a server, or would. */
interface Attempt {
  readonly allowed: Certainty;
  readonly transports: readonly Transport[];
  readonly policies: readonly string[];
}

/** The verdict on all ways of a call; nothing where none of them is a call: a proxy answers itself, or nobody is there. */
export function verdictOn(ways: readonly Way[]): Verdict | undefined {
  const attempts = ways.flatMap((way) => attemptOf(way) ?? []);
  if (attempts.length === 0) return undefined;
  const answers = unique(attempts.map(({ allowed }) => allowed));
  const allowed = answers.length === 1 ? answers[0]! : 'maybe';
  // Policies that let some requests pass matter only where others may not.
  const deciding = attempts.flatMap(({ policies }) => policies);
  return {
    transports: unique(attempts.flatMap(({ transports }) => transports)),
    allowed,
    policies: unique(deciding).sort(),
    dependsOn: allowed === 'maybe' ? dependencies(ways) : [],
  };
}

const unique = <Item>(items: readonly Item[]): Item[] => [...new Set(items)];

function attemptOf(way: Way): Attempt | undefined {
  const { end, hops } = way;
  switch (end.kind) {
    case 'arrived': {
      const { transport } = end.destination;
      return {
        allowed: 'yes',
        transports: [kindOf(transport)],
        policies: [...hops.flatMap(allowingPolicies), ...(way.serverZtunnel?.policies ?? []).map(nameOf)],
      };
    }
    case 'stopped':
      return stoppedAttempt(hops.at(-1), end.refusal?.policies);
    case 'closed by ztunnel': {
      const isPlain = end.refusal.policies.every(({ kind }) => kind === 'PeerAuthentication');
      if (isPlain) return { allowed: 'no', transports: ['refused'], policies: [] };
      return { allowed: 'no', transports: [kindOf(end.transport)], policies: end.refusal.policies.map(nameOf) };
    }
    case 'nowhere': {
      const { kind } = end.because;
      const isBroken =
        kind === 'server without sidecar' || kind === 'other identity' || kind === 'no waypoint endpoints';
      return isBroken ? { allowed: 'no', transports: ['broken'], policies: [] } : undefined;
    }
    case 'unknown':
      return {
        allowed: 'maybe',
        transports: end.because.kind === 'missing waypoint' ? ['mutual-tls'] : [],
        policies: [],
      };
  }
}

/** A server refuses: by policy, or since the connection is not what it requires. What a client's proxy answers is no call. */
function stoppedAttempt(hop: Hop | undefined, policies: readonly PolicyName[] | undefined): Attempt | undefined {
  if (!hop || !isEnforcing(hop)) return undefined;
  const transport = transportOf(hop.arrival);
  if (policies) return { allowed: 'no', transports: [kindOf(transport)], policies: policies.map(nameOf) };
  if (hop.role === 'waypoint') return undefined;
  if (hop.outcome.kind === 'response') return { allowed: 'no', transports: [kindOf(transport)], policies: [] };
  const isRefused = transport.kind === 'plaintext' || transport.kind === 'TLS';
  return { allowed: 'no', transports: [isRefused ? 'refused' : 'broken'], policies: [] };
}

/** Whether the policies at a hop are those of the service that is called. */
const isEnforcing = ({ role }: Hop): boolean => role === 'server' || role === 'waypoint';

function kindOf({ kind }: Connection): Transport {
  switch (kind) {
    case 'mutual TLS':
      return 'mutual-tls';
    case 'TLS':
      return 'tls';
    case 'plaintext':
      return 'plaintext';
  }
}

/** The policies that a server's proxy or a waypoint let a request pass by. */
function allowingPolicies(hop: Hop): string[] {
  const { steps, translation } = hop;
  if (!isEnforcing(hop)) return [];
  return steps.flatMap(({ stage, name, chosen }) => {
    const origin = name !== undefined && /filter$/.test(stage) && chosen ? translation.origins.get(chosen) : undefined;
    const isAsked = origin?.resource.kind === 'AuthorizationPolicy' && isEnforced(origin.resource);
    return isAsked ? [nameOf(origin.resource)] : [];
  });
}

const isEnforced = (resource: Resource<unknown>): boolean => {
  const policy = resource as AuthorizationPolicy;
  return !isDryRun(policy) && actionOf(policy) !== 'AUDIT';
};

const nameOf = ({ namespace, name }: { namespace: string; name: string }): string => `${namespace}/${name}`;

/** What of a request decides. */
function dependencies(ways: readonly Way[]): Unknown[] {
  const all = ways.flatMap(({ hops }) => hops.flatMap(({ assumptions }) => assumptions.map(({ on }) => on)));
  return [...new Map(all.map((on) => [JSON.stringify(on), on])).values()];
}

/** What comes of calls, as the proxies on their way decide it. */
import type { Unknown } from '../envoy/run/assumptions';
import { type AuthorizationPolicy, actionOf, isDryRun } from '../mesh/policies/authorization';
import { mtlsOf } from '../mesh/policies/authentication';
import { groupBy } from '../mesh/grouping';
import type { Mesh } from '../mesh/mesh';
import type { Certainty } from '../simulation/certainty';
import { transportDecision } from '../simulation/client-transport';
import type { Hop, Way } from '../simulation/journey';
import type { Transport as Connected } from '../simulation/transport';
import { transportOf } from '../simulation/transport';
import type { Place } from '../source/file';
import type { Resource } from '../source/resource';
import type { Call, Connection, Transport } from './connection';

/** What comes of a call. */
export type Verdict = Pick<Call, 'transports' | 'allowed' | 'policies' | 'dependsOn' | 'connections'>;

/** A way of a call to a port. */
export interface WayToPort {
  readonly way: Way;
  readonly port: number;
}

/** The verdict on all ways of a call; nothing where none of them is a call: a proxy answers itself, or nothing listens there. */
export function verdictOn(mesh: Mesh, ways: readonly WayToPort[]): Verdict | undefined {
  const answered = new Set(ways.flatMap(({ way, port }) => (isAnsweredByClient(way) ? port : [])));
  const connections = ways.flatMap(({ way, port }) => {
    const attempt = attemptOf(mesh, way);
    if (!attempt) return [];
    return [{ port, ...attempt, ...(attempt.allowed === 'yes' && answered.has(port) && { allowed: MAYBE }) }];
  });
  const isUnknown = ways.some(({ way }) => way.end.kind === 'unknown');
  if (connections.length === 0 && !isUnknown) return undefined;
  const allowed = isUnknown ? MAYBE : together(connections);
  return {
    transports: unique(connections.map(({ transport }) => transport)),
    allowed,
    policies: policiesOf(connections),
    connections: [...groupBy(connections, keyOf).values()].map(merged),
    dependsOn: allowed === MAYBE ? dependencies(ways) : [],
  };
}

const MAYBE: Certainty = 'maybe';

/** Whether the proxy of the client answers itself: no route takes the request, or the route redirects it or has an answer of its own. */
const isAnsweredByClient = ({ end, hops }: Way): boolean => end.kind === 'stopped' && hops.at(-1)?.role === 'client';

/** A text that is the same for verdicts that say the same. */
export const verdictKey = ({ connections, ...rest }: Verdict): string =>
  JSON.stringify([rest, connections.map((each) => [keyOf(each), each.allowed, each.policies])]);

const keyOf = ({ port, transport, reason, identity, places }: Connection): string =>
  JSON.stringify([port, transport, reason, identity, places.map(placeKey)]);

/** Names a place without working out its line. */
const placeKey = ({ file, resource, pathText }: Place): string => `${resource?.title ?? file.path} ${pathText}`;

function merged(same: readonly Connection[]): Connection {
  return { ...same[0]!, allowed: together(same), policies: policiesOf(same) };
}

function together(connections: readonly Connection[]): Certainty {
  const answers = unique(connections.map(({ allowed }) => allowed));
  return answers.length === 1 ? answers[0]! : 'maybe';
}

// Policies that let some requests pass matter only where others may not.
const policiesOf = (connections: readonly Connection[]): string[] =>
  unique(connections.flatMap(({ policies }) => policies)).sort();

const unique = <Item>(items: readonly Item[]): Item[] => [...new Set(items)];

type Attempt = Omit<Connection, 'port'>;

/** What comes of one way of a call that reaches a server, or would. */
function attemptOf(mesh: Mesh, way: Way): Attempt | undefined {
  const { end, hops } = way;
  switch (end.kind) {
    case 'arrived':
      return {
        ...decided(mesh, way, end.destination.transport),
        allowed: 'yes',
        policies: [...hops.flatMap(allowingPolicies), ...(way.serverZtunnel?.policies ?? []).map(nameOf)],
      };
    case 'stopped':
      return stoppedAttempt(mesh, way, end);
    case 'closed by ztunnel': {
      const { policies } = end.refusal;
      const isPlain = policies.every(({ kind }) => kind === 'PeerAuthentication');
      if (isPlain) return failed(way, 'refused', 'mutual TLS required');
      return { ...decided(mesh, way, end.transport), allowed: 'no', policies: policies.map(nameOf) };
    }
    case 'nowhere': {
      const { kind } = end.because;
      switch (kind) {
        case 'server without sidecar':
        case 'port without sidecar':
        case 'handshake at application':
        case 'other identity':
        case 'unusable credential of client':
        case 'no waypoint endpoints':
          return failed(way, 'broken', kind, serverPlaces(mesh, hops.at(-1)));
        default:
          return undefined;
      }
    }
    case 'unknown': {
      const { because } = end;
      if (because.kind !== 'missing waypoint') return undefined;
      return { transport: 'mutual-tls', reason: because.kind, allowed: 'maybe', policies: [], places: [] };
    }
  }
}

/** A server refuses: by policy, or since the connection is not what it requires. What a client's proxy answers is no call. */
function stoppedAttempt(
  mesh: Mesh,
  way: Way,
  { refusal, mismatch }: Extract<Way['end'], { kind: 'stopped' }>,
): Attempt | undefined {
  const hop = way.hops.at(-1);
  if (!hop || !isEnforcing(hop)) return undefined;
  const transport = transportOf(hop.arrival);
  if (refusal) return { ...decided(mesh, way, transport), allowed: 'no', policies: refusal.policies.map(nameOf) };
  if (hop.role === 'waypoint') return undefined;
  if (hop.outcome.kind === 'response') return { ...decided(mesh, way, transport), allowed: 'no', policies: [] };
  const isRefused = transport.kind === 'plaintext' || transport.kind === 'TLS';
  const reason = mismatch?.kind ?? 'connection closed';
  return failed(way, isRefused ? 'refused' : 'broken', reason, serverPlaces(mesh, hop));
}

/** The field by which a server demands, or does not take, mutual TLS. */
function serverPlaces(mesh: Mesh, hop: Hop | undefined): Place[] {
  if (hop?.role !== 'server') return [];
  const { field } = mtlsOf(mesh, hop.proxy, hop.arrival.destination.port);
  return field ? [field] : [];
}

function failed(
  way: Way,
  transport: 'refused' | 'broken',
  reason: Connection['reason'],
  places: readonly Place[] = [],
): Attempt {
  return { transport, reason, allowed: 'no', policies: [], places: [...decisionAt(way).places, ...places] };
}

function decided(mesh: Mesh, way: Way, transport: Connected): Omit<Attempt, 'allowed' | 'policies'> {
  const identity = transport.kind === 'mutual TLS' ? transport.identity : undefined;
  const { reason, places } = decisionAt(way);
  // Automatic mutual TLS leaves the connection in plaintext since the server's policy does not take mutual TLS.
  const byServer = reason === 'automatic' && transport.kind === 'plaintext' ? serverPlaces(mesh, way.hops.at(-1)) : [];
  return {
    transport: kindOf(transport),
    reason,
    places: [...places, ...byServer],
    ...(identity !== undefined && { identity }),
  };
}

/** What the proxy of the client decides of the connection. */
function decisionAt({ hops, clientZtunnel }: Way): Pick<Connection, 'reason' | 'places'> {
  if (clientZtunnel) return { reason: 'ztunnel', places: [] };
  const [first] = hops;
  const decision = first && first.role !== 'server' ? transportDecision(first) : undefined;
  if (!decision) return { reason: 'client without proxy', places: [] };
  return { reason: decision.by, places: decision.origin ? [decision.origin] : [] };
}

/** Whether the policies at a hop are those of the service that is called. */
const isEnforcing = ({ role }: Hop): boolean => role === 'server' || role === 'waypoint';

function kindOf({ kind }: Connected): Transport {
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
function dependencies(ways: readonly WayToPort[]): Unknown[] {
  const all = ways.flatMap(({ way }) => way.hops.flatMap(({ assumptions }) => assumptions.map(({ on }) => on)));
  return [...new Map(all.map((on) => [JSON.stringify(on), on])).values()];
}

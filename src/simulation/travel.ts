import { type Branch, execute } from '../envoy/execute';
import type { Arrival } from '../envoy/run/arrival';
import type { Outcome, Upstream } from '../envoy/run/outcome';
import type { Options, UpstreamAnswer } from '../envoy/run/run';
import { ingressWaypoint, waypointOfService } from '../mesh/ambient/ambient';
import type { Mesh } from '../mesh/mesh';
import type { Proxy } from '../mesh/workloads/proxy';
import type { Service } from '../mesh/services/service';
import { spiffe } from '../mesh/policies/spiffe';
import { takesInbound } from './captured';
import type { Translation } from '../pilot/translate';
import { inboundConfigurationOf } from './configuration';
import { type Chosen, chosenBy } from './chosen';
import type { Answer, Hop, Refusal, Way } from './journey';
import { type Party, healthyEndpoints, partyAt, serviceAt } from './parties';
import { alike } from './alike';
import { answerOf, passedBack, stoppedAt } from './answer';
import { closedByZtunnel, partyBarrier, podBarrier, serviceBarrier, serviceTitle } from './ambient';
import { connectionTo, handshakeFailure } from './onward';
import type { NoConnection, Unfollowed } from './reason';
import type { Dial, Start } from './start';
import { type Transport, transportOf } from './transport';

/** What stays the same on every way of a request. */
export interface World {
  readonly mesh: Mesh;
  readonly options: Options;
  /** What a proxy is sent for requests that do not come to its own workload. */
  readonly configurationOf: (mesh: Mesh, proxy: Proxy) => Translation;
}

/** What the proxies before have decided. */
export interface Past {
  readonly chosen: Chosen;
  readonly depth: number;
  /** Everywhere where the same would happen: the one that is dialled stands for all. */
  readonly addresses?: readonly string[];
  /** Whether a service was dialled: then its waypoint counts, and not that of the pod. */
  readonly byService?: boolean;
}

/** More proxies than this see no request that ever arrives. */
const MOST_HOPS = 12;

/** The ways of a request from its start. */
export function waysFrom(start: Start, world: World, past: Past): Way[] {
  switch (start.kind) {
    case 'proxy':
      return through(world, start.proxy, start.arrival, past);
    case 'dial':
      return connect(world, start.dial, past);
    case 'nowhere': {
      const { because } = start;
      return [{ share: 1, hops: [], end: { kind: 'nowhere', because }, answer: { kind: 'none', because } }];
    }
  }
}

/** The ways of a connection that reaches a proxy. */
function through(world: World, proxy: Proxy, arrival: Arrival, past: Past): Way[] {
  if (past.depth >= MOST_HOPS) return [unknownWay({ kind: 'loop' })];
  const sent = arrival.via === 'inbound' ? inboundConfigurationOf : world.configurationOf;
  const translation = sent(world.mesh, proxy);
  // Only who answers in the end answers so; what proxies before him get is what comes back.
  const options = { ...world.options, answer: {} };
  const execution = execute(translation.config, arrival, options);
  const more = execution.isComplete ? [] : [unknownWay({ kind: 'too many conditions' })];
  const ways = execution.branches.flatMap((branch, index) => {
    const role = proxy.kind === 'gateway' ? 'gateway' : arrival.via === 'inbound' ? 'server' : 'client';
    const { steps, outcome, assumptions } = branch;
    const hop: Hop = { proxy, role, arrival, translation, steps, outcome, assumptions };
    const again = (answer: UpstreamAnswer): Branch =>
      execute(translation.config, arrival, { ...options, answer }).branches[index]!;
    return beyond(world, hop, past, again).map((way) => ({ ...way, share: way.share * branch.share }));
  });
  return [...ways, ...more];
}

/** What one branch of a hop leads to. */
function beyond(world: World, hop: Hop, past: Past, again: (answer: UpstreamAnswer) => Branch): Way[] {
  const { outcome } = hop;
  const upstream = upstreamOf(outcome);
  if (!upstream) return [{ share: 1, hops: [hop], ...stopped(hop) }];
  const isLast = hop.arrival.via === 'inbound';
  const chosen = isLast ? past.chosen : { ...past.chosen, ...chosenBy(world.mesh, hop, upstream.clusterName) };
  const next: Past = { chosen, depth: past.depth + 1 };
  const ways = isLast ? [atOwnApplication(world, hop, upstream, past)] : onward(world, hop, upstream, next);
  return ways.map((way) => {
    const { outcome, answer } = passedBack(hop, way, again);
    return { ...way, hops: [{ ...hop, outcome }, ...way.hops], answer };
  });
}

function upstreamOf(outcome: Outcome): Upstream | undefined {
  return outcome.kind === 'forwarded' || outcome.kind === 'response' ? outcome.upstream : undefined;
}

function stopped(hop: Hop): Pick<Way, 'end' | 'answer'> {
  const { outcome, arrival, proxy } = hop;
  const answer = answerOf(outcome);
  if (outcome.kind === 'not simulated' || outcome.kind === 'waiting') {
    const because: Unfollowed = { kind: outcome.kind === 'waiting' ? 'proxy waits' : 'filter not simulated' };
    return { end: { kind: 'unknown', because }, answer: { kind: 'unknown', because } };
  }
  if (answer) return { end: stoppedAt(hop), answer };
  const because: NoConnection = { kind: 'no listener', port: arrival.destination.port, proxy: named(proxy) };
  return { end: { kind: 'stopped' }, answer: { kind: 'none', because } };
}

const named = ({ name, namespace }: Hop['proxy']) => ({ name, namespace });

/** A sidecar hands what it lets in to the application beside it. */
function atOwnApplication(world: World, { proxy, arrival }: Hop, { endpoints }: Upstream, past: Past): Way {
  const { address, port: dialled } = arrival.destination;
  const { chosen, addresses = [address] } = past;
  const party = partyAt(world.mesh, proxy.ip);
  const port = endpoints[0]?.port ?? dialled;
  return arrived(world, { party, addresses, port, ...chosen, transport: transportOf(arrival) }, arrival.payload.kind);
}

/** The ways of a request that a proxy sends on, over all endpoints. */
function onward(world: World, hop: Hop, upstream: Upstream, past: Past): Way[] {
  const { port } = hop.arrival.destination;
  const { service } = past.chosen;
  const waypoint = hop.role === 'gateway' && service && ingressWaypoint(world.mesh, service);
  if (waypoint) return [unknownWay({ kind: 'behind waypoint', server: serviceTitle(service), waypoint })];
  return alike(world.mesh, upstream.endpoints, port).flatMap(({ party, endpoint, addresses, share }) => {
    const dial = connectionTo(world.mesh, hop, endpoint);
    const fault = handshakeFailure(world.mesh, dial, endpoint, party);
    const ways = fault === undefined ? connect(world, dial, { ...past, addresses }) : [refusedBy(fault)];
    return ways.map((way) => ({ ...way, share: way.share * share }));
  });
}

const refusedBy = (because: NoConnection): Way => ({
  share: 1,
  hops: [],
  end: { kind: 'nowhere', because },
  answer: { kind: 'closed', flags: ['UF'] },
});

/** The ways of a connection to an address, whoever dials it. */
function connect(world: World, dial: Dial, past: Past): Way[] {
  const { mesh } = world;
  const { address, port } = dial.destination;
  const service = serviceAt(mesh, address, port) ?? entryDialled(mesh, dial, past);
  const party = partyAt(mesh, address);
  const barrier = service
    ? serviceBarrier(mesh, dial, service)
    : past.byService
      ? undefined
      : podBarrier(mesh, dial, party);
  if (barrier !== undefined) return [unknownWay(barrier)];
  if (service) return spread(world, dial, { ...past, chosen: { service }, byService: true });
  return reach(world, dial, past, party);
}

/** The ways of a connection to whoever has an address. */
function reach(world: World, dial: Dial, past: Past, party: Party): Way[] {
  const { mesh } = world;
  const { address, port } = dial.destination;
  const barrier = partyBarrier(dial, party);
  if (barrier !== undefined) return [unknownWay(barrier)];
  const refusal = party.isAmbient && party.pod && closedByZtunnel(mesh, party.pod, dial);
  const transport = transportTo(party, dial);
  if (refusal) return [closedWay(party, refusal, transport)];
  if (party.proxy && isTaken(party.proxy, port)) return through(world, party.proxy, arrivalAt(party.proxy, dial), past);
  const { addresses = [address] } = past;
  return [arrived(world, { party, addresses, port, ...past.chosen, transport }, dial.payload.kind)];
}

/** Servers in ambient mode get what is tunnelled over mutual TLS, whatever is inside. */
function transportTo({ isAmbient }: Party, dial: Dial): Transport {
  if (!isAmbient || !dial.tunnel) return transportOf(dial);
  const { trustDomain, namespace, serviceAccount } = dial.tunnel.peer;
  return { kind: 'mutual TLS', identity: spiffe(trustDomain, namespace, serviceAccount) };
}

const isTaken = ({ kind, annotations }: Proxy, port: number): boolean =>
  kind === 'gateway' || takesInbound(annotations, port);

const arrivalAt = ({ kind }: Proxy, dial: Dial): Arrival => ({
  via: kind === 'gateway' ? 'direct' : 'inbound',
  ...dial,
});

/** The nodes spread connections to a service's own address over its endpoints. */
function spread(world: World, dial: Dial, past: Past): Way[] {
  const { service } = past.chosen;
  const endpoints = service ? healthyEndpoints(world.mesh, service, dial.destination.port) : [];
  if (!endpoints.length) {
    const because: NoConnection = { kind: 'no endpoints', host: service?.hostname ?? '' };
    return [{ share: 1, hops: [], end: { kind: 'nowhere', because }, answer: { kind: 'none', because } }];
  }
  const shares = endpoints.map(({ address, port }) => ({ address, port, share: 1 / endpoints.length, priority: 0 }));
  return alike(world.mesh, shares, dial.destination.port).flatMap(({ endpoint, addresses, share }) => {
    const destination = { address: endpoint.address, port: endpoint.port ?? dial.destination.port };
    const ways = connect(world, { ...dial, destination }, { ...past, depth: past.depth + 1, addresses });
    return ways.map((way) => ({ ...way, share: way.share * share }));
  });
}

/** The end of a way at somebody who answers. */
function arrived(
  { options: { answer } }: World,
  destination: Extract<Way['end'], { kind: 'arrived' }>['destination'],
  payload: 'http' | 'raw',
): Way {
  const status = answer?.status ?? 200;
  const given: Answer =
    payload === 'raw'
      ? { kind: 'connected' }
      : { kind: 'response', status, flags: [], details: '', headers: answer?.headers ?? [] };
  return { share: 1, hops: [], end: { kind: 'arrived', destination }, answer: given };
}

function unknownWay(because: Unfollowed): Way {
  return { share: 1, hops: [], end: { kind: 'unknown', because }, answer: { kind: 'unknown', because } };
}

const closedWay = (party: Party, refusal: Refusal, transport: Transport): Way => ({
  share: 1,
  hops: [],
  end: { kind: 'closed by ztunnel', party, refusal, transport },
  answer: { kind: 'closed', flags: [] },
});

/** The ServiceEntry that a client's ztunnel spreads connections over: proxies do that themselves, and nodes do not. */
function entryDialled(mesh: Mesh, { tunnel, destination }: Dial, { chosen, byService }: Past): Service | undefined {
  const { service } = chosen;
  if (tunnel?.by !== 'ztunnel' || byService || service?.registry !== 'External') return undefined;
  const isLed = healthyEndpoints(mesh, service, destination.port).length > 0;
  return isLed || waypointOfService(mesh, service) ? service : undefined;
}

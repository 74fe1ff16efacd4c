import { type Branch, type Execution, execute } from '../envoy/execute';
import { isIndifferent } from '../envoy/http/indifference';
import type { Arrival } from '../envoy/run/arrival';
import type { Outcome, Upstream } from '../envoy/run/outcome';
import type { Options, UpstreamAnswer } from '../envoy/run/run';
import type { Mesh } from '../mesh/mesh';
import { type Proxy, isWaypoint, proxyOf } from '../mesh/workloads/proxy';
import type { Pod } from '../mesh/workloads/workloads';
import type { GatewayAddress } from '../ztunnel/config';
import type { Refused } from '../ztunnel/outbound';
import { spiffe } from '../mesh/policies/spiffe';
import { takesInbound } from '../mesh/workloads/captured';
import type { Translation } from '../pilot/translate';
import { inboundConfigurationOf } from './configuration';
import { blockedAt } from './blocked';
import { type Chosen, chosenBy } from './chosen';
import type { Answer, ClientZtunnel, Hop, ServerZtunnel, Way } from './journey';
import { type Peer, healthyEndpoints, outsider, ownerOf, partyAt, serviceAt } from './peers';
import { groupEndpoints } from './endpoint-groups';
import { answerOf, passedBack, stoppedAt } from './answer';
import {
  type Tunnel,
  type ZtunnelChoice,
  missingWaypoint,
  proxyWaypointUse,
  serverZtunnel,
  serviceTitle,
  waypointUse,
  ztunnelChoices,
} from './ambient';
import { secretFaultsOf } from './credentials';
import { clientCredentialFault, connectionTo, handshakeFailure, unendedTls } from './onward';
import type { NoConnection, Unfollowed } from './reason';
import { type Service, UNSPECIFIED_ADDRESS } from '../mesh/services/service';
import { SOMEWHERE } from './addresses';
import type { Dial, Start } from './start';
import { type Transport, transportOf } from './transport';
import { mismatchAt } from './mismatch';
import { checkedByMixer } from './mixer';

/** What stays the same on every way of a request. */
export interface World {
  readonly mesh: Mesh;
  readonly options: Options;
  /** What a proxy is sent for requests that do not come to its own workload. */
  readonly configurationOf: (mesh: Mesh, proxy: Proxy) => Translation;
  /** What servers made of requests that are known only in part: several ways often end at one server. */
  readonly executions?: Map<string, Execution>;
  /** The host that was requested: the name of what has an address of which nothing is known. */
  readonly host: string;
}

/** What the proxies before have decided. */
export interface Past {
  readonly chosen: Chosen;
  readonly depth: number;
  /** Everywhere where the same would happen: the one that is dialled stands for all. */
  readonly addresses?: readonly string[];
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
    case 'nowhere':
      return [nowhere(start.because)];
  }
}

/** The ways of a connection that reaches a proxy. */
function through(world: World, proxy: Proxy, arrival: Arrival, past: Past): Way[] {
  if (past.depth >= MOST_HOPS) return [unknownWay({ kind: 'loop' })];
  const role = roleOf(proxy, arrival);
  const sent = role === 'server' ? inboundConfigurationOf : world.configurationOf;
  const translation = sent(world.mesh, proxy);
  // Only who answers in the end answers so; what proxies before him get is what comes back.
  const secretFault = secretFaultsOf(world.mesh, proxy, world.options);
  const options = { ...world.options, secretFault, answer: {} };
  const execution = executed(world, proxy, translation, arrival, options);
  const more = execution.isComplete ? [] : [unknownWay({ kind: 'too many conditions' })];
  const ways = execution.branches.flatMap((branch, index) => {
    const { steps, outcome, assumptions } = branch;
    const seen: Hop = { proxy, role, arrival, translation, steps, outcome, assumptions };
    const hop = checkedByMixer(world.mesh, seen, past.chosen);
    const again = (answer: UpstreamAnswer): Branch =>
      execute(translation.config, arrival, { ...options, answer }).branches[index]!;
    return beyond(world, hop, past, again).map((way) => ({ ...way, share: way.share * branch.share }));
  });
  return [...ways, ...more];
}

function roleOf({ kind }: Proxy, { via, inTunnel }: Arrival): Hop['role'] {
  if (kind === 'gateway' || kind === 'waypoint') return kind;
  return via === 'inbound' || inTunnel ? 'server' : 'client';
}

/** What a proxy makes of an arrival; of a server's, worked out once for all that are the same to it. */
function executed(
  { executions }: World,
  proxy: Proxy,
  { config }: Translation,
  arrival: Arrival,
  options: Options,
): Execution {
  const run = (): Execution => execute(config, arrival, options);
  if (!executions || arrival.via !== 'inbound' || !isIndifferent(config)) return run();
  const { source, destination, inTunnel, tls, payload } = arrival;
  const key = JSON.stringify([proxy.ip, source, destination, inTunnel, tls && { ...tls, sni: '' }, payload.kind]);
  const execution = executions.get(key) ?? run();
  executions.set(key, execution);
  return execution;
}

/** What one branch of a hop leads to. */
function beyond(world: World, hop: Hop, past: Past, again: (answer: UpstreamAnswer) => Branch): Way[] {
  const { outcome } = hop;
  const upstream = upstreamOf(outcome);
  if (!upstream) return [{ share: 1, hops: [hop], ...stopped(world, hop) }];
  const isLast = hop.role === 'server';
  const chosen = isLast ? past.chosen : { ...past.chosen, ...chosenBy(world.mesh, hop, upstream.clusterName) };
  const next: Past = { chosen, depth: past.depth + 1 };
  const ways = isLast ? [atOwnApplication(world, hop, upstream, past)] : onward(world, hop, upstream, next);
  return ways.map((way) => {
    const { outcome, answer } = passedBack(hop, way, again);
    const waypoint = isChoosing(hop.role) && proxyWaypointUse(world.mesh, hop.role, chosen.service);
    return { ...way, hops: [{ ...hop, ...(waypoint && { waypoint }), outcome }, ...way.hops], answer };
  });
}

const isChoosing = (role: Hop['role']): role is 'client' | 'gateway' => role === 'client' || role === 'gateway';

function upstreamOf(outcome: Outcome): Upstream | undefined {
  return outcome.kind === 'forwarded' || outcome.kind === 'response' ? outcome.upstream : undefined;
}

function stopped({ mesh, options, host }: World, hop: Hop): Pick<Way, 'end' | 'answer'> {
  const { outcome, arrival, proxy } = hop;
  const answer = answerOf(outcome);
  if (outcome.kind === 'not simulated' || outcome.kind === 'waiting') {
    const because: Unfollowed = { kind: outcome.kind === 'waiting' ? 'proxy waits' : 'filter not simulated' };
    return { end: { kind: 'unknown', because }, answer: { kind: 'unknown', because } };
  }
  if (answer) {
    const mismatch = mismatchAt(mesh, hop, options);
    const blocked = blockedAt(mesh, hop, host);
    return { end: { ...stoppedAt(hop), ...(mismatch && { mismatch }), ...(blocked && { blocked }) }, answer };
  }
  const because: NoConnection = { kind: 'no listener', port: arrival.destination.port, proxy: named(proxy) };
  return { end: { kind: 'stopped' }, answer: { kind: 'none', because } };
}

const named = ({ name, namespace }: Hop['proxy']) => ({ name, namespace });

/** A sidecar hands what it lets in to the application beside it. */
function atOwnApplication(world: World, hop: Hop, { endpoints }: Upstream, past: Past): Way {
  const { proxy, arrival } = hop;
  const fault = unendedTls(world.mesh, hop);
  if (fault) return refusedBy(fault);
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
  const missing = hop.role === 'gateway' && missingWaypoint(proxyWaypointUse(world.mesh, hop.role, service));
  if (missing && service)
    return [unknownWay({ kind: 'missing waypoint', server: serviceTitle(service), waypoint: missing })];
  return groupEndpoints(world.mesh, upstream.endpoints, port).flatMap(({ party, endpoint, addresses, share }) => {
    const dial = connectionTo(world.mesh, hop, endpoint);
    const fault =
      clientCredentialFault(world.mesh, hop.proxy, dial, endpoint, world.options) ??
      handshakeFailure(world.mesh, dial, endpoint, party);
    const waypoint = endpoint.tunnel?.waypoint;
    const ways =
      fault !== undefined
        ? [refusedBy(fault)]
        : waypoint
          ? throughWaypoint(world, partyAt(world.mesh, waypoint.address), dial, past)
          : connect(world, dial, { ...past, addresses });
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
  const { tunnel, destination } = dial;
  if (tunnel?.from) return fromZtunnel(world, dial, { ...tunnel, from: tunnel.from }, past);
  const service = serviceAt(mesh, destination.address, destination.port);
  if (service) return spread(world, dial, { ...past, chosen: { service } });
  const owner = ownerOf(mesh, destination.address);
  if (owner && isVirtual(owner)) return [nowhere(undeclaredPort(owner, destination.port))];
  return reach(world, dial, past, partyAt(mesh, destination.address));
}

/** The ways of a connection that the ztunnel of its client takes. */
function fromZtunnel(world: World, dial: Dial, tunnel: Tunnel & { from: Pod }, past: Past): Way[] {
  return ztunnelChoices(world.mesh, tunnel.from, dial.destination).flatMap((choice) => {
    const { service, share } = choice;
    const waypoint = waypointUse(world.mesh, choice);
    const missing = missingWaypoint(waypoint);
    const transport = transportOfRoute(choice);
    const { name, namespace } = tunnel.from.workload;
    const clientZtunnel: ClientZtunnel = {
      workload: { name, namespace },
      labels: tunnel.from.labels,
      ...(service && { service }),
      ...(waypoint && { waypoint }),
      ...(transport && { transport }),
    };
    const server = service ? serviceTitle(service) : choice.party.name;
    const chosen = service ? { service } : past.chosen;
    const ways = missing
      ? [unknownWay({ kind: 'missing waypoint', server, waypoint: missing })]
      : follow(world, dial, choice, { ...past, chosen, depth: past.depth + 1, addresses: choice.addresses });
    return ways.map((way) => ({ ...way, share: way.share * share, clientZtunnel }));
  });
}

function transportOfRoute({ route }: ZtunnelChoice): ClientZtunnel['transport'] {
  switch (route.kind) {
    case 'passthrough':
      return 'plaintext';
    case 'waypoint':
      return 'HBONE';
    case 'workload':
      return route.workload.tunnelProtocol === 'HBONE' ? 'HBONE' : 'plaintext';
    case 'network gateway':
      return 'HBONE';
    case 'refused':
      return undefined;
  }
}

/** The ways of a connection where the ztunnel of its client sends it. */
function follow(world: World, dial: Dial, choice: ZtunnelChoice, past: Past): Way[] {
  const { route, party } = choice;
  const { tunnel, ...plain } = dial;
  const opened = transportOfRoute(choice) === 'HBONE' && tunnel ? { ...plain, tunnel: { peer: tunnel.peer } } : plain;
  switch (route.kind) {
    case 'passthrough':
      return reach(world, opened, past, party);
    case 'waypoint':
      return throughWaypoint(world, party, opened, past);
    case 'workload': {
      const { address, port } = route;
      return reach(world, { ...opened, destination: { address, port } }, past, party);
    }
    case 'network gateway':
      return [unknownWay({ kind: 'other network', network: route.network, gateway: gatewayText(route.gateway) })];
    case 'refused': {
      return [nowhere(refusalOf(choice, route.because))];
    }
  }
}

const gatewayText = ({ address, hostname, hboneMtlsPort }: GatewayAddress): string =>
  `${address?.address ?? hostname?.hostname ?? ''}:${hboneMtlsPort}`;

function refusalOf({ service, party }: ZtunnelChoice, because: Refused): NoConnection {
  switch (because.kind) {
    case 'no endpoints':
      return { kind: 'no endpoints', host: because.service.hostname };
    case 'no waypoint': {
      const { hostname = '', namespace = '' } = because.waypoint.hostname ?? {};
      const name = hostname.split('.')[0]!;
      return {
        kind: 'no waypoint endpoints',
        server: service ? serviceTitle(service) : party.name,
        waypoint: { name, namespace },
      };
    }
    case 'other network':
      return because;
  }
}

/** The ways of a connection to what a waypoint serves. */
function throughWaypoint(world: World, { pod, name }: Peer, dial: Dial, { chosen, depth }: Past): Way[] {
  const arrival = pod && tunnelled(dial, pod.ip);
  if (!arrival) return [unknownWay({ kind: 'waypoint', name })];
  return through(world, proxyOf(world.mesh, pod), arrival, { chosen, depth });
}

/** A connection as it comes out of its tunnel at a proxy; undefined where it comes in none. */
function tunnelled({ tunnel, ...dial }: Dial, address: string): Arrival | undefined {
  if (!tunnel) return undefined;
  const { trustDomain, namespace, serviceAccount } = tunnel.peer;
  const certificate = { uriSans: [spiffe(trustDomain, namespace, serviceAccount)] };
  return { via: 'direct', ...dial, inTunnel: { address, certificate } };
}

/** The ways of a connection to whoever has an address. */
function reach(world: World, dial: Dial, past: Past, party: Peer): Way[] {
  const { address, port } = dial.destination;
  const { pod, proxy } = party;
  if (pod && isWaypoint(pod.workload)) return [unknownWay({ kind: 'waypoint', name: party.name })];
  const tunnel = proxy && tunnelled(dial, proxy.ip);
  if (proxy && tunnel && proxy.kind === 'sidecar') return through(world, proxy, tunnel, past);
  if (proxy && isTaken(proxy, port)) return through(world, proxy, arrivalAt(proxy, dial), past);
  const server = party.isAmbient && pod ? serverZtunnel(world.mesh, pod, dial) : undefined;
  const transport = transportTo(party, dial);
  if (server && server.verdict !== 'allowed') return [closedWay(party, server, transport)];
  const { addresses = [address] } = past;
  const way = arrived(world, { party, addresses, port, ...past.chosen, transport }, dial.payload.kind);
  return [server ? { ...way, serverZtunnel: server } : way];
}

/** Servers in ambient mode get what is tunnelled over mutual TLS, whatever is inside. */
const transportTo = ({ isAmbient }: Peer, dial: Dial): Transport =>
  transportOf((isAmbient && tunnelled(dial, dial.destination.address)) || dial);

const isTaken = ({ kind, annotations }: Proxy, port: number): boolean =>
  kind === 'gateway' || takesInbound(annotations, port);

const arrivalAt = ({ kind }: Proxy, dial: Dial): Arrival => ({
  via: kind === 'gateway' ? 'direct' : 'inbound',
  ...dial,
});

/** Whether its address leads to nothing but its own ports. */
const isVirtual = ({ addresses }: Service): boolean => (addresses[0] ?? UNSPECIFIED_ADDRESS) !== UNSPECIFIED_ADDRESS;

const undeclaredPort = ({ name, namespace, ports }: Service, port: number): NoConnection => ({
  kind: 'undeclared port',
  service: { name, namespace },
  port,
  ports: ports.map(({ number }) => number),
});

/** A connection that nobody takes. */
const nowhere = (because: NoConnection): Way => ({
  share: 1,
  hops: [],
  end: { kind: 'nowhere', because },
  answer: { kind: 'none', because },
});

/** The nodes spread connections to a service's own address over its endpoints. */
function spread(world: World, dial: Dial, past: Past): Way[] {
  const { service } = past.chosen;
  const endpoints = service ? healthyEndpoints(world.mesh, service, dial.destination.port) : [];
  if (!endpoints.length) {
    return [nowhere({ kind: 'no endpoints', host: service?.hostname ?? '' })];
  }
  const shares = endpoints.map(({ address, port }) => ({ address, port, share: 1 / endpoints.length, priority: 0 }));
  return groupEndpoints(world.mesh, shares, dial.destination.port).flatMap(({ endpoint, addresses, share }) => {
    const destination = { address: endpoint.address, port: endpoint.port ?? dial.destination.port };
    const ways = connect(world, { ...dial, destination }, { ...past, depth: past.depth + 1, addresses });
    return ways.map((way) => ({ ...way, share: way.share * share }));
  });
}

/** The end of a way at somebody who answers. */
function arrived(
  { options: { answer }, host }: World,
  given: Extract<Way['end'], { kind: 'arrived' }>['destination'],
  payload: 'http' | 'raw',
): Way {
  const isUnknown = given.party.name === SOMEWHERE;
  const destination = isUnknown ? { ...given, party: outsider(host), addresses: [] } : given;
  const status = answer?.status ?? 200;
  const back: Answer =
    payload === 'raw'
      ? { kind: 'connected' }
      : { kind: 'response', status, flags: [], details: '', headers: answer?.headers ?? [] };
  return { share: 1, hops: [], end: { kind: 'arrived', destination }, answer: back };
}

function unknownWay(because: Unfollowed): Way {
  return { share: 1, hops: [], end: { kind: 'unknown', because }, answer: { kind: 'unknown', because } };
}

const closedWay = (party: Peer, server: ServerZtunnel, transport: Transport): Way => ({
  share: 1,
  hops: [],
  serverZtunnel: server,
  end: {
    kind: 'closed by ztunnel',
    party,
    refusal: { denied: server.verdict === 'denied', policies: server.policies },
    transport,
  },
  answer: { kind: 'closed', flags: [] },
});

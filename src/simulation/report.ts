import type { Condition } from '../envoy/run/trace';
import type { Outcome } from '../envoy/run/outcome';
import type { Labels } from '../mesh/workloads/labels';
import type { Header } from '../envoy/run/header-map';
import { SOMEWHERE } from './addresses';
import { type LogLine, logLineOf } from './access-log';
import { type Decision, decisionsOf } from './decisions';
import type {
  Answer,
  ClientZtunnel,
  Destination,
  Hop,
  HopMixer,
  HopProxy,
  Journey,
  PolicyName,
  Refusal,
  ServerZtunnel,
  Stopped,
  Way,
  WaypointUse,
} from './journey';
import { type Metric, metricOf } from './metrics';
import { type Span, spanOf } from './span';
import { type ClientTransport, clientTransport } from './client-transport';
import type { Transport } from './transport';
import { spiffe } from '../mesh/policies/spiffe';
import type { Blocked, Named, NoConnection, Note, Unfollowed, TransportMismatch } from './reason';

/** A journey as plain data, in which everything has a name and a place. */
export interface SimulationReport {
  readonly request: string;
  /** Who is signed in, where the request says so. */
  readonly user?: string;
  readonly notes: readonly Note[];
  readonly ways: readonly PathReport[];
}

export interface PathReport {
  readonly share: number;
  readonly end: ToldEnd;
  readonly answer: Answer;
  /** What the answer depends on, beside the request and the configuration. */
  readonly conditions: readonly Condition[];
  readonly hops: readonly HopReport[];
  readonly clientZtunnel?: ToldClientZtunnel;
  readonly serverZtunnel?: ToldServerZtunnel;
}

/** What the ztunnel of a client did. */
export interface ToldClientZtunnel {
  /** `WORKLOAD.NAMESPACE`. */
  readonly workload: string;
  /** The full name of the host of the service that was dialled. */
  readonly service?: string;
  readonly waypoint?: WaypointUse;
  readonly transport?: ClientZtunnel['transport'];
}

/** What the ztunnel of a server did. */
export interface ToldServerZtunnel {
  /** `WORKLOAD.NAMESPACE`. */
  readonly workload: string;
  /** The SPIFFE identity of the client; absent where the connection comes without a tunnel. */
  readonly identity?: string;
  readonly verdict: ServerZtunnel['verdict'];
  readonly policies: readonly PolicyName[];
}

/** Where a way ends. */
export type ToldEnd =
  | { readonly kind: 'arrived'; readonly destination: ToldDestination }
  /** The last proxy answers itself, closes the connection, or nothing listens there. */
  | {
      readonly kind: 'stopped';
      readonly at?: ToldProxy;
      readonly refusal?: Refusal;
      readonly mixer?: Stopped['mixer'];
      readonly mismatch?: TransportMismatch;
      readonly blocked?: Blocked;
      readonly because?: string;
    }
  | { readonly kind: 'closed by ztunnel'; readonly server: string; readonly refusal: Refusal }
  | { readonly kind: 'nowhere'; readonly because: NoConnection }
  | { readonly kind: 'unknown'; readonly because: Unfollowed };

/** A proxy by its names. */
export type ToldProxy = Pick<HopProxy, 'kind' | 'name' | 'namespace'>;

/** Who answers. */
export interface ToldDestination {
  readonly name: string;
  /** `cluster` where nothing but a cluster of Envoy's is known. */
  readonly kind: 'workload' | 'outside' | 'cluster';
  readonly hasProxy: boolean;
  /** Whether ztunnel carries what it gets. */
  readonly isAmbient: boolean;
  readonly labels: Labels;
  readonly addresses: readonly string[];
  readonly port: number;
  /** The full name of the service's host. */
  readonly service?: string;
  readonly subset?: string;
  /** How the connection that brings the request is made. */
  readonly transport: Transport;
}

/** What one proxy did. */
export interface HopReport {
  /** `WORKLOAD.NAMESPACE`. */
  readonly proxy: string;
  readonly role: Hop['role'];
  /** How a proxy that sends the request on connects, and why so. */
  readonly transport?: ClientTransport;
  readonly decisions: readonly Decision[];
  /** Whether a client's sidecar or a gateway uses the waypoint of the service, where one serves it. */
  readonly waypoint?: WaypointUse;
  /** What whoever is connected to it gets; `status` is absent where that is no HTTP. */
  readonly status?: number;
  readonly flags: string;
  readonly details?: string;
  /** The request as it was sent on. */
  readonly upstream?: {
    readonly method: string;
    readonly authority: string;
    readonly path: string;
    readonly headers: readonly Header[];
    readonly timeout?: string;
  };
  readonly mirrors: readonly string[];
  readonly accessLog: LogLine;
  /** What it counts, and what it reports of the request to a tracing backend. */
  readonly metric?: Metric;
  readonly span?: Span;
  /** What Mixer answers and receives, in Istio 1.4. */
  readonly mixer?: HopMixer;
}

/** Tells a journey. Hops that several ways share are told once, as the same object. */
export function reportOf({ request, target, ways, notes }: Journey): SimulationReport {
  const told = new Map<Outcome, HopReport>();
  const tell = (way: Way, index: number): HopReport => {
    const hop = way.hops[index]!;
    const known = told.get(hop.outcome);
    if (known) return known;
    const made = hopOf(way, index);
    told.set(hop.outcome, made);
    return made;
  };
  const line = target.protocol === 'raw' ? request.url : `${target.method} ${request.url}`;
  const { user } = request;
  return { request: line, ...(user !== undefined && { user }), notes, ways: ways.map((way) => wayOf(way, tell)) };
}

function wayOf(way: Way, tell: (way: Way, index: number) => HopReport): PathReport {
  const { share, answer, hops, clientZtunnel, serverZtunnel } = way;
  return {
    share,
    end: endOf(way),
    answer,
    conditions: conditionsOf(way),
    hops: hops.map((_, index) => tell(way, index)),
    ...(clientZtunnel && { clientZtunnel: clientOf(clientZtunnel) }),
    ...(serverZtunnel && { serverZtunnel: serverOf(serverZtunnel) }),
  };
}

/** What the outcome of a way depends on, each once. */
function conditionsOf({ hops }: Way): Condition[] {
  const met = hops.flatMap(({ steps }) => steps.flatMap(({ condition }) => condition ?? []));
  return [...new Map(met.map((condition) => [JSON.stringify(condition), condition])).values()];
}

const clientOf = ({ workload, service, waypoint, transport }: ClientZtunnel): ToldClientZtunnel => ({
  workload: fullName(workload),
  ...(service && { service: service.hostname }),
  ...(waypoint && { waypoint }),
  ...(transport && { transport }),
});

function serverOf({ workload, identity, verdict, policies }: ServerZtunnel): ToldServerZtunnel {
  const { trustDomain = '', namespace = '', serviceAccount = '' } = identity ?? {};
  return {
    workload: fullName(workload),
    ...(identity && { identity: spiffe(trustDomain, namespace, serviceAccount) }),
    verdict,
    policies,
  };
}

const fullName = ({ name, namespace }: Named): string => `${name}.${namespace}`;

function endOf({ end, hops }: Way): ToldEnd {
  switch (end.kind) {
    case 'arrived':
      return { kind: 'arrived', destination: destinationOf(end.destination) };
    case 'stopped': {
      const last = hops.at(-1)?.proxy;
      return { ...end, ...(last && { at: { kind: last.kind, name: last.name, namespace: last.namespace } }) };
    }
    case 'closed by ztunnel':
      return { kind: end.kind, server: end.party.workload, refusal: end.refusal };
    case 'nowhere':
    case 'unknown':
      return end;
  }
}

function destinationOf({ party, addresses, port, service, subset, transport }: Destination): ToldDestination {
  const { name, kind, labels, proxy } = party;
  return {
    name,
    kind,
    hasProxy: proxy !== undefined,
    isAmbient: party.isAmbient,
    labels,
    addresses,
    port,
    ...(service && { service: service.hostname }),
    ...(subset && { subset }),
    transport,
  };
}

function hopOf(way: Way, index: number): HopReport {
  const hop = way.hops[index]!;
  const metric = metricOf(way, index);
  const span = spanOf(hop);
  const { proxy, role, outcome, waypoint, mixer } = hop;
  const sent = role === 'server' ? undefined : clientTransport(way, index);
  return {
    proxy: fullName(proxy),
    role,
    ...(waypoint && { waypoint }),
    ...(sent && { transport: sent }),
    decisions: decisionsOf(hop).map(withoutMadeUp),
    mirrors: [],
    ...seen(outcome),
    accessLog: knownLine(logLineOf(hop)),
    // With a Mixer, proxies count nothing themselves.
    ...(metric && !mixer && { metric }),
    ...(span && { span }),
    ...(mixer && { mixer }),
  };
}

/** Names no address of a host of which none is known. */
const withoutMadeUp = ({ because, ...decision }: Decision): Decision => ({
  ...decision,
  ...(because !== undefined && { because: because.replaceAll(SOMEWHERE, 'the address of the host') }),
});

const knownLine = (line: LogLine): LogLine => ({ ...line, line: line.line.replaceAll(SOMEWHERE, '-') });

type Seen = Pick<HopReport, 'flags' | 'status' | 'details' | 'upstream'> & Partial<Pick<HopReport, 'mirrors'>>;

function seen(outcome: Outcome): Seen {
  const flags = 'flags' in outcome ? outcome.flags.join(',') || '-' : '-';
  if (outcome.kind !== 'response') {
    const details = outcome.kind === 'closed' ? outcome.details : undefined;
    return { flags, ...(details !== undefined && { details }) };
  }
  const { status, details, upstream } = outcome;
  if (!upstream) return { status, flags, details };
  const { method, authority, path, headers, timeout, mirrors } = upstream.request;
  return {
    status,
    flags,
    details,
    upstream: { method, authority, path, headers, ...(timeout && { timeout }) },
    mirrors: mirrors.map(({ clusterName }) => clusterName),
  };
}

import type { Outcome } from '../envoy/run/outcome';
import type { Labels } from '../mesh/labels';
import type { Header } from '../envoy/run/header-map';
import { type LogLine, logLineOf } from './access-log';
import { type Decision, decisionsOf } from './decisions';
import type { Answer, Destination, Hop, Journey, Way } from './journey';
import { type Metric, metricOf } from './metrics';
import { type Span, spanOf } from './span';
import { endingOf } from './sentence';

/** A journey told: plain data, in which everything has a name and a place. */
export interface Account {
  readonly request: string;
  readonly sentence: string;
  readonly notes: readonly string[];
  readonly ways: readonly ToldWay[];
}

export interface ToldWay {
  readonly share: number;
  readonly ending: string;
  readonly answer: Answer;
  readonly destination?: ToldDestination;
  readonly hops: readonly ToldHop[];
}

/** Who answers. */
export interface ToldDestination {
  readonly name: string;
  readonly isOutside: boolean;
  readonly hasProxy: boolean;
  /** Whether ztunnel carries what it gets. */
  readonly isAmbient: boolean;
  readonly labels: Labels;
  readonly addresses: readonly string[];
  readonly port: number;
  /** The full name of the service's host. */
  readonly service?: string;
  readonly subset?: string;
}

/** What one proxy did. */
export interface ToldHop {
  /** `WORKLOAD.NAMESPACE`. */
  readonly proxy: string;
  readonly role: Hop['role'];
  readonly decisions: readonly Decision[];
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
}

/** Tells a journey. Hops that several ways share are told once, as the same object. */
export function accountOf({ request, target, ways, sentence, notes }: Journey): Account {
  const told = new Map<Outcome, ToldHop>();
  const tell = (way: Way, index: number): ToldHop => {
    const hop = way.hops[index]!;
    const known = told.get(hop.outcome);
    if (known) return known;
    const made = hopOf(way, index);
    told.set(hop.outcome, made);
    return made;
  };
  const line = target.protocol === 'raw' ? request.url : `${target.method} ${request.url}`;
  return { request: line, sentence, notes, ways: ways.map((way) => wayOf(way, tell)) };
}

function wayOf(way: Way, tell: (way: Way, index: number) => ToldHop): ToldWay {
  const { share, end, answer, hops } = way;
  const destination = end.kind === 'arrived' ? destinationOf(end.destination) : undefined;
  return {
    share,
    ending: endingOf(way),
    answer,
    ...(destination && { destination }),
    hops: hops.map((_, index) => tell(way, index)),
  };
}

function destinationOf({ party, addresses, port, service, subset }: Destination): ToldDestination {
  const { name, kind, labels, proxy } = party;
  return {
    name,
    isOutside: kind !== 'workload',
    hasProxy: proxy !== undefined,
    isAmbient: party.isAmbient,
    labels,
    addresses,
    port,
    ...(service && { service: service.hostname }),
    ...(subset && { subset }),
  };
}

function hopOf(way: Way, index: number): ToldHop {
  const hop = way.hops[index]!;
  const metric = metricOf(way, index);
  const span = spanOf(hop);
  const { proxy, role, outcome } = hop;
  return {
    proxy: `${proxy.name}.${proxy.namespace}`,
    role,
    decisions: decisionsOf(hop),
    mirrors: [],
    ...seen(outcome),
    accessLog: logLineOf(hop),
    ...(metric && { metric }),
    ...(span && { span }),
  };
}

type Seen = Pick<ToldHop, 'flags' | 'status' | 'details' | 'upstream'> & Partial<Pick<ToldHop, 'mirrors'>>;

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

import type { Place } from '../source/file';
import type { Hop, Way } from './journey';
import { clusterOf } from './seen';
import { type Transport, transportOf } from './transport';

/** What decides how a proxy connects to the next server. */
export interface TransportDecision {
  readonly by:
    /** By the label of the endpoint, since no rule says otherwise. */
    | 'automatic'
    /** A DestinationRule, or what stands in for it. */
    | 'configured'
    /** The client's own TLS, which the proxy passes on. */
    | 'client';
  /** The field of the rule or policy that says so, where one does. */
  readonly origin?: Place;
}

/** How a proxy connects to the next server, and what decided it. */
export interface ClientTransport extends TransportDecision {
  readonly transport: Transport;
}

/** The transport of a hop that sends the request on; undefined of one that answers itself. */
export function clientTransport(way: Way, index: number): ClientTransport | undefined {
  const { hops, end } = way;
  const next = hops[index + 1]?.arrival;
  const transport = next ? transportOf(next) : end.kind === 'arrived' ? end.destination.transport : undefined;
  const decision = transportDecision(hops[index]!);
  return transport && decision && { transport, ...decision };
}

/** What decides how a hop connects; undefined where it connects to nothing. */
export function transportDecision(hop: Hop): TransportDecision | undefined {
  const { outcome, arrival, translation } = hop;
  // A proxy whose connection fails answers itself: what it chose before is in its steps.
  const cluster = ('upstream' in outcome ? outcome.upstream?.cluster : undefined) ?? clusterOf(hop);
  if (!cluster?.name) return undefined;
  if (outcome.kind === 'forwarded' && outcome.encrypted && arrival.tls) return { by: 'client' };
  if (cluster.transportSocketMatches?.some(({ name }) => name?.startsWith('tlsMode-'))) return { by: 'automatic' };
  const origin = translation.transports.get(cluster.name);
  return { by: 'configured', ...(origin && { origin }) };
}

import type { Way } from './journey';
import { type Transport, transportOf } from './transport';

/** How a proxy connects to the next server, and what decided it. */
export interface ClientTransport {
  readonly transport: Transport;
  readonly by:
    /** By the label of the endpoint, since no rule says otherwise. */
    | 'automatic'
    /** A DestinationRule, or what stands in for it. */
    | 'configured'
    /** The client's own TLS, which the proxy passes on. */
    | 'client';
}

/** The transport of a hop that sends the request on; undefined of one that answers itself. */
export function clientTransport({ hops, end }: Way, index: number): ClientTransport | undefined {
  const { outcome, arrival } = hops[index]!;
  const upstream = outcome.kind === 'forwarded' || outcome.kind === 'response' ? outcome.upstream : undefined;
  if (!upstream) return undefined;
  const next = hops[index + 1]?.arrival;
  const transport = next ? transportOf(next) : end.kind === 'arrived' ? end.destination.transport : undefined;
  if (!transport) return undefined;
  if (outcome.kind === 'forwarded' && outcome.encrypted && arrival.tls) return { transport, by: 'client' };
  const isAutomatic = upstream.cluster.transportSocketMatches?.some(({ name }) => name?.startsWith('tlsMode-'));
  return { transport, by: isAutomatic ? 'automatic' : 'configured' };
}

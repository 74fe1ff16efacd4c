import type { Hop } from './journey';
import { managerOf, routeOf } from './seen';

/** A span that a proxy would report. */
export interface Span {
  /** `client` of a call that leaves, `server` of one that comes in. */
  readonly kind: 'client' | 'server';
  readonly operation: string;
  readonly provider: string;
  /** Of how many requests out of 100 it is reported, where whoever called has not decided. */
  readonly sampling: number;
}

/** The span of a hop; undefined where the proxy does not trace. envoy: HttpConnectionManagerImpl, Tracing::HttpTracerImpl */
export function spanOf(hop: Hop): Span | undefined {
  const tracing = managerOf(hop)?.tracing;
  if (!tracing?.provider || hop.outcome.kind !== 'response') return undefined;
  const authority = hop.outcome.logged.headers.find(([name]) => name === ':authority')?.[1] ?? '';
  const fallback = hop.role === 'client' ? `egress ${authority}` : 'ingress';
  const { randomSampling, overallSampling, provider } = tracing;
  return {
    kind: hop.role === 'client' ? 'client' : 'server',
    operation: routeOf(hop)?.decorator?.operation || fallback,
    provider: provider.name ?? '',
    sampling: Math.min(randomSampling?.value ?? 100, overallSampling?.value ?? 100),
  };
}

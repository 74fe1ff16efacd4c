/** A filter chain while its listener is put together. */
import type { DownstreamTlsContext, FilterChainMatch, Metadata, NetworkFilter } from '../../envoy/config';
import { alphabetically } from '../../mesh/services/hostname';
import type { Protocol } from '../../mesh/services/protocol';
import type { Service } from '../../mesh/services/service';
import type { Field } from '../../source/field';
import { cidrRange, networkOf } from '../cidr';

/** istio: filterChainOpts */
export interface Chain {
  readonly sniHosts: readonly string[];
  readonly destinations: readonly string[];
  readonly applicationProtocols: readonly string[];
  readonly transportProtocol: string;
  readonly metadata?: Metadata;
  readonly tls?: DownstreamTlsContext;
  /** What it does with HTTP; without it there are only the filters. */
  readonly http?: HttpChain;
  readonly filters: readonly NetworkFilter[];
  /** What declares it. */
  readonly field: Field | undefined;
}

/** What a connection manager needs to know that its listener does not tell. */
export interface HttpChain {
  readonly routeName: string;
  readonly protocol: Protocol;
  readonly service?: Service;
}

/** A chain for every connection. */
export const anyChain = (filters: readonly NetworkFilter[], field: Field | undefined): Chain => ({
  sniHosts: [],
  destinations: [],
  applicationProtocols: [],
  transportProtocol: '',
  filters,
  field,
});

/** Whether no connection is told apart by it. istio: filterChainOpts.isMatchAll */
export const matchesAll = ({ sniHosts, destinations, applicationProtocols, transportProtocol }: Chain): boolean =>
  (sniHosts.length === 0 || sniHosts.includes('*')) &&
  applicationProtocols.length === 0 &&
  transportProtocol === '' &&
  destinations.length === 0;

/** istio: filterChainOpts.toFilterChainMatch */
export function filterChainMatch(chain: Chain): FilterChainMatch | undefined {
  if (matchesAll(chain)) return undefined;
  const { sniHosts, applicationProtocols, transportProtocol } = chain;
  const serverNames = sniHosts.includes('*') ? [] : [...sniHosts].sort(alphabetically);
  const prefixRanges = [...chain.destinations].sort(alphabetically).flatMap((text) => {
    const range = cidrRange(text);
    return range && range.addressPrefix !== '0.0.0.0' ? [range] : [];
  });
  return {
    ...(applicationProtocols.length > 0 && { applicationProtocols: [...applicationProtocols] }),
    ...(transportProtocol && { transportProtocol }),
    ...(serverNames.length > 0 && { serverNames }),
    ...(prefixRanges.length > 0 && { prefixRanges }),
  };
}

/** A text that is the same for chains that Envoy cannot tell apart. istio: filterChainOpts.conflictsWith */
export function matchIdentity({ transportProtocol, applicationProtocols, sniHosts, destinations }: Chain): string {
  const names = new Set(sniHosts.filter((name) => name !== '*'));
  const ranges = new Set(destinations.flatMap(masked));
  return JSON.stringify([transportProtocol, applicationProtocols, [...names].sort(), [...ranges].sort()]);
}

/** Ranges are the same that begin with the same bits. */
function masked(text: string): string[] {
  const range = cidrRange(text);
  return !range || range.addressPrefix === '0.0.0.0' ? [] : [networkOf(range)];
}

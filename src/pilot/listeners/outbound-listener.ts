/** A listener for what a workload sends, from what it was put together of. */
import type { FilterChain, Listener, NetworkFilter } from '../../envoy/config';
import { accessLog } from '../access-log';
import type { Push } from '../context';
import { protoDuration } from '../duration';
import { SNI_DYNAMIC_FORWARD_PROXY } from '../filters/dynamic-forward-proxy';
import { httpInspector, tlsInspector } from '../filters/listener-filters';
import { stats } from '../filters/stats';
import { tcpProxy } from '../filters/tcp-proxy';
import { httpConnectionManager, serverSettings } from '../http-connection-manager';
import { filtersBeforeHttp } from '../network-filters';
import { acceptsHttp10, idleTimeout } from '../node-settings';
import { from } from '../origins';
import { destinationCluster } from '../routes/destination';
import { delimited } from '../stat-prefix';
import { listenAddress, listenerName } from './address';
import { type Chain, filterChainMatch, matchesAll } from './chain';
import type { Entry } from './outbound-entries';

/** istio: buildListenerFromEntry */
export function listenerOf(push: Push, entry: Entry): Listener {
  const { binds, bindToPort, port, field, chains } = entry;
  const [bind = '', ...others] = binds;
  const isSniffed = chains.some(({ applicationProtocols }) => applicationProtocols.length > 0);
  const inspectors = [...(chains.some(readsServerName) ? [tlsInspector] : []), ...(isSniffed ? [httpInspector] : [])];
  const listener: Listener = {
    name: listenerName(bind, port.number),
    address: listenAddress(bind, port.number),
    ...(others.length > 0 && {
      additionalAddresses: others.map((other) => ({ address: listenAddress(other, port.number) })),
    }),
    trafficDirection: 'OUTBOUND',
    continueOnListenerFiltersTimeout: true,
    ...(bindToPort ? { maxConnectionsToAcceptPerSocketEvent: 1 } : { bindToPort: false }),
    ...(inspectors.length > 0 && { listenerFilters: inspectors }),
    listenerFiltersTimeout: isSniffed ? protoDuration(push.meshConfig.protocolDetectionTimeout) : '0s',
    ...chainsOf(push, entry),
  };
  return from(push.origins, field, listener);
}

const readsServerName = ({ sniHosts, filters }: Chain): boolean =>
  sniHosts.length > 0 || filters.some(({ name }) => name === SNI_DYNAMIC_FORWARD_PROXY);

/**
 * A chain for everything stands apart, so that what some other chain nearly fits is not refused; where there is none, what fits no
 * chain is treated as a call to somewhere unknown.
 */
function chainsOf(push: Push, entry: Entry): Pick<Listener, 'filterChains' | 'defaultFilterChain'> {
  const built = entry.chains.map((chain) => ({ isDefault: matchesAll(chain), chain: chainOf(push, entry, chain) }));
  const filterChains = built.filter(({ isDefault }) => !isDefault).map(({ chain }) => chain);
  const defaultFilterChain = built.findLast(({ isDefault }) => isDefault)?.chain;
  if (defaultFilterChain && filterChains.length === 0) return { filterChains: [defaultFilterChain] };
  return { filterChains, defaultFilterChain: defaultFilterChain ?? passthroughChain(push) };
}

function chainOf(push: Push, entry: Entry, chain: Chain): FilterChain {
  const match = filterChainMatch(chain);
  const built: FilterChain = {
    ...(match && { filterChainMatch: match }),
    ...(chain.metadata && { metadata: chain.metadata }),
    filters: chain.http ? httpFilters(push, entry, chain) : [...chain.filters],
    transportSocketConnectTimeout: HANDSHAKE_TIMEOUT,
  };
  return from(push.origins, chain.field, built);
}

/** After this a client that does not end its handshake is cut off. */
export const HANDSHAKE_TIMEOUT = '15s';

function httpFilters(push: Push, { binds, port }: Entry, { filters, http }: Chain): NetworkFilter[] {
  const place = { listeners: 'outbound', port: port.number } as const;
  const manager = httpConnectionManager(push, {
    ...place,
    protocol: http!.protocol,
    statPrefix: delimited(`outbound_${listenerName(binds[0] ?? '', port.number)}`),
    routes: http!.routeName,
    useRemoteAddress: false,
    settings: outboundSettings(push),
    ...(http!.service && { service: http!.service }),
  });
  return [...filters, ...filtersBeforeHttp(push, place), manager];
}

/** What connection managers set for what a workload sends. */
export function outboundSettings(push: Push) {
  const http10 = acceptsHttp10(push);
  return {
    ...serverSettings(push, 'outbound'),
    ...(http10.acceptHttp10 && { httpProtocolOptions: http10 }),
  };
}

const passthroughChain = (push: Push): FilterChain => ({
  name: 'PassthroughFilterChain',
  filterChainMatch: {},
  filters: unknownFilters(push),
});

/** What becomes of calls to somewhere unknown. istio: buildOutboundCatchAllNetworkFiltersOnly */
export function unknownFilters(push: Push): NetworkFilter[] {
  const { mode, egressProxy } = push.scope.outbound;
  const allowed = egressProxy ? destinationCluster(egressProxy, undefined, 0) : 'PassthroughCluster';
  const cluster = mode === 'REGISTRY_ONLY' ? 'BlackHoleCluster' : allowed;
  const proxy = { statPrefix: cluster, cluster, ...idleTimeout(push), ...accessLog(push, 'outbound', 'tcp') };
  return [...stats(push, 'outbound'), tcpProxy(proxy)];
}

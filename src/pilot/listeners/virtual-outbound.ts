/** The listener to which everything is redirected that a workload sends, and which hands it on to the others. */
import type { FilterChain, Listener } from '../../envoy/config';
import { accessLog } from '../access-log';
import type { Push } from '../context';
import { httpInspector } from '../filters/listener-filters';
import { stats } from '../filters/stats';
import { tcpProxy } from '../filters/tcp-proxy';
import { httpConnectionManager } from '../http-connection-manager';
import { BLACK_HOLE } from '../network-filters';
import { interceptionMode } from '../node-settings';
import { from } from '../origins';
import { catchAllVirtualHost } from '../routes/catch-all';
import { MAX_BODY } from '../routes/sidecar';
import { delimited } from '../stat-prefix';
import { listenAddress, wildcardAddress } from './address';
import { PLAIN_HTTP } from './inbound-matches';
import { outboundSettings, unknownFilters } from './outbound-listener';

/** istio: buildVirtualOutboundListener */
export function virtualOutbound(push: Push): Listener[] {
  const mode = interceptionMode(push);
  if (mode === 'NONE') return [];
  const resolvesNames = push.scope.outbound.mode === 'ALLOW_ANY_DYNAMIC_DNS';
  const listener: Listener = {
    name: 'virtualOutbound',
    address: listenAddress(wildcardAddress(push), push.meshConfig.proxyListenPort),
    ...(mode === 'TPROXY' && { transparent: true }),
    useOriginalDst: true,
    filterChains: [blackHole(push), ...(resolvesNames ? [resolvedHttp(push)] : []), unknown(push)],
    trafficDirection: 'OUTBOUND',
    maxConnectionsToAcceptPerSocketEvent: 1,
    ...(resolvesNames && { listenerFilters: [httpInspector] }),
    ...accessLog(push, 'outbound', 'listener'),
  };
  return [listener];
}

/** What is sent to the port of the listener itself would come back to it for ever. istio: blackholeFilterChain */
const blackHole = (push: Push): FilterChain => ({
  name: 'virtualOutbound-blackhole',
  filterChainMatch: { destinationPort: push.meshConfig.proxyListenPort },
  filters: [...stats(push, 'outbound'), tcpProxy(BLACK_HOLE)],
});

const CATCH_ALL = 'virtualOutbound-catchall-tcp';

const unknown = (push: Push): FilterChain =>
  from(push.origins, push.scope.outbound.field, { name: CATCH_ALL, filters: unknownFilters(push) });

/** HTTP to hosts that are not known, whose names are resolved. istio: buildAllowAnyDynamicDNSHTTPFilterChain */
function resolvedHttp(push: Push): FilterChain {
  const manager = httpConnectionManager(push, {
    listeners: 'outbound',
    port: 0,
    protocol: 'HTTP',
    statPrefix: delimited('outbound_virtualOutbound_allow_any_dynamic_dns'),
    routes: {
      name: 'allow_any_dynamic_dns',
      virtualHosts: [catchAllVirtualHost(push)],
      validateClusters: false,
      ...MAX_BODY,
      ignorePortInHostMatching: true,
    },
    useRemoteAddress: false,
    settings: outboundSettings(push),
  });
  return { name: `${CATCH_ALL}-http`, filterChainMatch: { applicationProtocols: PLAIN_HTTP }, filters: [manager] };
}

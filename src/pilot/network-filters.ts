/** The network filters of chains that carry no HTTP. */
import type { NetworkFilter, TcpProxy } from '../envoy/config';
import { isWildcard } from '../mesh/services/hostname';
import type { Protocol } from '../mesh/services/protocol';
import type { Service } from '../mesh/services/service';
import { accessLog } from './access-log';
import type { Push } from './context';
import { sniDynamicForwardProxy } from './filters/dynamic-forward-proxy';
import { ALL_PHASES, networkExtensions } from './filters/extensions';
import { networkMetadataExchange } from './filters/metadata-exchange';
import { mongoProxy } from './filters/mongo-proxy';
import { customAuthz, rbac } from './filters/rbac';
import { stats } from './filters/stats';
import { tcpProxy } from './filters/tcp-proxy';
import type { ListenerClass } from './listener-class';

/** What tells one chain from another. */
export interface NetworkOptions {
  readonly listeners: ListenerClass;
  /** The port by which extensions choose listeners. */
  readonly port: number;
  readonly protocol: Protocol;
  readonly proxy: TcpProxy;
  /** Whether the other side is a sidecar that tells what it is. */
  readonly exchangesMetadata: boolean;
  /** Whether AuthorizationPolicies judge its connections. */
  readonly isJudged: boolean;
  /** The service that it leads to, where its addresses are found by the server name. */
  readonly resolved?: Service;
}

/** Everything that a chain has, in the order in which bytes pass it. istio: buildCompleteNetworkFilters */
export function networkFilters(push: Push, options: NetworkOptions): NetworkFilter[] {
  const { listeners, port, exchangesMetadata, isJudged, resolved } = options;
  return [
    ...(exchangesMetadata ? [networkMetadataExchange] : []),
    ...(isJudged ? customAuthz(push, 'tcp') : []),
    ...networkExtensions(push, options, 'AUTHN', 'AUTHZ'),
    ...(isJudged ? rbac(push, 'tcp') : []),
    ...networkExtensions(push, options, 'STATS', 'UNSPECIFIED'),
    ...stats(push, listeners),
    ...(resolved && (listeners === 'outbound' || push.proxy.kind === 'waypoint')
      ? [sniDynamicForwardProxy(resolved, port)]
      : []),
    ...terminalFilters(push, options),
  ];
}

/** istio: buildNetworkFiltersStack */
function terminalFilters(push: Push, { protocol, proxy, listeners }: NetworkOptions): NetworkFilter[] {
  const last = tcpProxy({ ...proxy, ...accessLog(push, listeners, 'tcp') });
  return protocol === 'Mongo' ? [mongoProxy(proxy.statPrefix ?? ''), last] : [last];
}

/** What extensions put before HTTP is read. */
export const filtersBeforeHttp = (push: Push, place: Pick<NetworkOptions, 'listeners' | 'port'>): NetworkFilter[] =>
  networkExtensions(push, place, ...ALL_PHASES);

/** Whether the addresses of a service are looked up by the name that a client asks for. */
export const isOpenEnded = ({ hostname, resolution }: Service): boolean =>
  resolution === 'dynamic-dns' && isWildcard(hostname);

/** The cluster in which connections come to nothing. */
export const BLACK_HOLE: TcpProxy = { statPrefix: 'BlackHoleCluster', cluster: 'BlackHoleCluster' };

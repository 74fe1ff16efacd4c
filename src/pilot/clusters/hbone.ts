/** The clusters at both ends of HBONE tunnels. */
import type { Cluster, CommonTlsContext } from '../../envoy/config';
import type { Push } from '../context';
import { protoDuration } from '../duration';
import {
  CONNECT_ORIGINATE,
  HBONE_PORT,
  INNER_CONNECT_ORIGINATE,
  MAIN_INTERNAL,
  OUTER_CONNECT_ORIGINATE,
  tunnelTls,
} from '../listeners/hbone';
import { delimited } from '../stat-prefix';
import { connectionPool } from './connection-pool';
import { passthroughOptions, typedOptions } from './http-options';
import { internalSocket, tlsSocket } from './transport-socket';

/** Into the listener behind the end of a tunnel. */
export const mainInternal = (push: Push): Cluster => ({
  ...toListener(push, MAIN_INTERNAL, MAIN_INTERNAL),
  ...passthroughOptions(push),
});

/** Into a new tunnel to the address that the old one asked for. istio: GetEncapCluster */
export const encap = (push: Push): Cluster => ({
  ...toListener(push, 'encap', CONNECT_ORIGINATE),
  ...passthroughOptions(push),
});

/** istio: buildInternalUpstreamCluster */
const toListener = (push: Push, name: string, serverListenerName: string): Cluster => ({
  name,
  altStatName: delimited(name),
  type: 'STATIC',
  circuitBreakers: circuitBreakers(push),
  loadAssignment: {
    clusterName: name,
    endpoints: [{ lbEndpoints: [{ endpoint: { address: { envoyInternalAddress: { serverListenerName } } } }] }],
  },
  transportSocket: internalSocket(),
});

const circuitBreakers = (push: Push) => connectionPool(push, {}).circuitBreakers!;

/** To the end of a tunnel: a ztunnel, a proxy that takes HBONE, or the waypoint that the endpoint names. istio: buildConnectOriginate */
export const connectOriginate = (push: Push): Cluster =>
  tunnel(push, CONNECT_ORIGINATE, {
    tls: tunnelTls(push, ...waypointIdentities(push)),
    destination: { metadataKey: { key: 'envoy.filters.listener.original_dst', path: [{ key: 'waypoint' }] } },
    requests: {},
  });

/** A waypoint also names the identities of its own namespace. istio: buildWaypointConnectOriginate */
function waypointIdentities({ proxy, meshConfig }: Push): string[] {
  return proxy.kind === 'waypoint' ? [`spiffe://${meshConfig.trustDomain}/ns/${proxy.namespace}/sa/`] : [];
}

const ONE_REQUEST = { maxRequestsPerConnection: 1 };

/** The tunnel to the gateway of another network. istio: buildOuterConnectOriginateCluster */
export const outerConnectOriginate = (push: Push): Cluster =>
  tunnel(push, OUTER_CONNECT_ORIGINATE, { tls: tunnelTls(push), destination: {}, requests: ONE_REQUEST });

/** The tunnel inside that one. istio: buildInnerConnectOriginateCluster */
export const innerConnectOriginate = (push: Push): Cluster => ({
  ...toListener(push, INNER_CONNECT_ORIGINATE, OUTER_CONNECT_ORIGINATE),
  ...connectOptions(push, ONE_REQUEST),
  transportSocket: internalSocket(
    { ...tlsSocket({ commonTlsContext: tunnelTls(push) }), name: 'tls' },
    'internal_upstream_with_tls',
  ),
});

interface TunnelSettings {
  readonly tls: CommonTlsContext;
  readonly destination: Cluster['originalDstLbConfig'];
  readonly requests: { maxRequestsPerConnection?: number };
}

const tunnel = (push: Push, name: string, { tls, destination, requests }: TunnelSettings): Cluster => ({
  name,
  altStatName: delimited(name),
  type: 'ORIGINAL_DST',
  lbPolicy: 'CLUSTER_PROVIDED',
  connectTimeout: protoDuration(push.meshConfig.connectTimeout),
  cleanupInterval: '60s',
  circuitBreakers: circuitBreakers(push),
  ...connectOptions(push, requests),
  originalDstLbConfig: { upstreamPortOverride: HBONE_PORT, ...destination },
  transportSocket: { ...tlsSocket({ commonTlsContext: tls }), name: 'tls' },
});

/** istio: h2connectUpgrade, h2connectUpgradeWithNoPooling */
const connectOptions = ({ meshConfig }: Push, requests: TunnelSettings['requests']) =>
  typedOptions({
    commonHttpProtocolOptions: { idleTimeout: protoDuration(meshConfig.hboneIdleTimeout ?? '3600s'), ...requests },
    explicitHttpConfig: { http2ProtocolOptions: { allowConnect: true } },
  });

/** The listeners at both ends of HBONE tunnels. */
import type { CommonTlsContext, Listener, NetworkFilter, TcpProxy } from '../../envoy/config';
import { accessLog } from '../access-log';
import type { Push } from '../context';
import { TARGET_ADDRESS, connectAuthority, propagateEndpointMetadata } from '../filters/filter-state';
import { originalDestination } from '../filters/listener-filters';
import { tunnelPeerMetadata } from '../filters/metadata-exchange';
import { router, silentRouter } from '../filters/router';
import { tcpProxy } from '../filters/tcp-proxy';
import { HTTP_CONNECTION_MANAGER, serverSettings } from '../http-connection-manager';
import type { ListenerClass } from '../listener-class';
import { message } from '../message';
import { proxyHeaders } from '../proxy-headers';
import { meshCertificate, meshRoot } from '../secrets';
import { listenAddress, wildcardAddress } from './address';
import { trustDomains } from './mtls';

/** The port at which tunnels end. */
export const HBONE_PORT = 15008;

/** The names of listeners, and of the clusters that lead to or from them. */
export const MAIN_INTERNAL = 'main_internal';
export const CONNECT_ORIGINATE = 'connect_originate';
export const INNER_CONNECT_ORIGINATE = 'inner_connect_originate';
export const OUTER_CONNECT_ORIGINATE = 'outer_connect_originate';
export const CONNECT_TERMINATE = 'connect_terminate';
const CONNECT = 'CONNECT';

/** The TLS of tunnels, on both ends. istio: buildCommonConnectTLSContext */
export function tunnelTls({ meshConfig }: Push, ...prefixes: string[]): CommonTlsContext {
  const domains = trustDomains(meshConfig).map((domain) => `spiffe://${domain}/`);
  const matchers = [...domains, ...prefixes].map((prefix) => ({ sanType: 'URI', matcher: { prefix } }));
  return {
    tlsCertificateSdsSecretConfigs: [meshCertificate],
    combinedValidationContext: {
      defaultValidationContext: matchers.length > 0 ? { matchTypedSubjectAltNames: matchers } : {},
      validationContextSdsSecretConfig: meshRoot,
    },
    alpnProtocols: ['h2'],
    tlsParams: { tlsMaximumProtocolVersion: 'TLSv1_3', tlsMinimumProtocolVersion: 'TLSv1_3' },
  };
}

/** Where tunnels end, whatever they lead to. istio: buildConnectTerminateListener */
export function connectTerminate(push: Push): Listener {
  return {
    name: CONNECT_TERMINATE,
    address: listenAddress(wildcardAddress(push), HBONE_PORT),
    filterChains: [
      {
        name: 'default',
        transportSocket: {
          name: 'tls',
          typedConfig: message('envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext', {
            commonTlsContext: tunnelTls(push),
            requireClientCertificate: true,
          }),
        },
        filters: [terminatingManager(push)],
      },
    ],
    connectionBalanceConfig: { exactBalance: {} },
    ...accessLog(push, 'inbound', 'listener'),
  };
}

/** istio: buildHCMConnectTerminateChain */
function terminatingManager(push: Push): NetworkFilter {
  const { envoyDebugHeaders, forwardedClientCert = 'UNDEFINED' } = proxyHeaders(push);
  const forwarded = forwardedClientCert === 'UNDEFINED' ? 'APPEND_FORWARD' : forwardedClientCert;
  const manager = {
    statPrefix: CONNECT_TERMINATE,
    routeConfig: {
      name: 'default',
      virtualHosts: [{ name: 'default', domains: ['*'], routes: [TO_MAIN_INTERNAL] }],
    },
    ...(forwarded !== 'SANITIZE' && { forwardClientCertDetails: forwarded }),
    setCurrentClientCertDetails: { subject: true, uri: true, dns: true },
    ...serverSettings(push, 'inbound'),
    useRemoteAddress: false,
    ...accessLog(push, 'inbound', 'tunnel-end'),
    streamIdleTimeout: '0s',
    upgradeConfigs: [{ upgradeType: CONNECT }],
    http2ProtocolOptions: {
      allowConnect: true,
      maxConcurrentStreams: 100,
      connectionKeepalive: { interval: '10s', timeout: '20s' },
    },
    httpFilters: [tunnelPeerMetadata, connectAuthority, envoyDebugHeaders?.disabled ? silentRouter : router],
  };
  return {
    name: HTTP_CONNECTION_MANAGER,
    typedConfig: message('envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager', manager),
  };
}

const TO_MAIN_INTERNAL = {
  match: { connectMatcher: {} },
  route: { cluster: MAIN_INTERNAL, upgradeConfigs: [{ upgradeType: CONNECT, connectConfig: {} }] },
};

/** Where tunnels begin: each connection is put into one to the address that its cluster chose. istio: buildConnectForwarder */
export function connectOriginate(push: Push, listeners: ListenerClass): Listener {
  const proxy = { cluster: CONNECT_ORIGINATE, tunnelingConfig: { hostname: '%DOWNSTREAM_LOCAL_ADDRESS%' } };
  return {
    ...internal(push, CONNECT_ORIGINATE, [forwarder(push, proxy, listeners)], listeners),
    listenerFilters: [originalDestination],
  };
}

/** The inner of two tunnels, which leads to another network. istio: buildInnerConnectOriginateListener */
export function innerConnectOriginate(push: Push): Listener {
  const headersToAdd = [overwriting('x-forwarded-network', push.proxy.network)];
  const proxy = { cluster: INNER_CONNECT_ORIGINATE, tunnelingConfig: { hostname: TARGET_ADDRESS, headersToAdd } };
  return internal(push, INNER_CONNECT_ORIGINATE, [propagateEndpointMetadata, forwarder(push, proxy, 'inbound')]);
}

/** The outer of two tunnels, which leads to the gateway of another network. istio: buildOuterConnectOriginateListener */
export function outerConnectOriginate(push: Push): Listener {
  const headersToAdd = [overwriting('x-istio-source', push.proxy.kind)];
  const proxy = { cluster: OUTER_CONNECT_ORIGINATE, tunnelingConfig: { hostname: TARGET_ADDRESS, headersToAdd } };
  return {
    ...internal(push, OUTER_CONNECT_ORIGINATE, [forwarder(push, proxy, 'inbound')]),
    listenerFilters: [originalDestination],
  };
}

const overwriting = (key: string, value: string) =>
  ({ appendAction: 'OVERWRITE_IF_EXISTS_OR_ADD', header: { key, ...(value && { value }) } }) as const;

const forwarder = (push: Push, proxy: TcpProxy & { cluster: string }, listeners: ListenerClass): NetworkFilter =>
  tcpProxy({ statPrefix: proxy.cluster, ...proxy, ...accessLog(push, listeners, 'tunnel-start') });

const internal = (
  push: Push,
  name: string,
  filters: NetworkFilter[],
  listeners: ListenerClass = 'inbound',
): Listener => ({
  name,
  useOriginalDst: false,
  internalListener: {},
  filterChains: [{ filters }],
  ...accessLog(push, listeners, 'listener'),
});

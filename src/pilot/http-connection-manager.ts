/** What reads HTTP from connections: the HTTP connection manager and its filters. */
import type { HttpConnectionManager, HttpFilter, NetworkFilter, RouteConfiguration } from '../envoy/config';
import { isWildcard } from '../mesh/services/hostname';
import type { Protocol } from '../mesh/services/protocol';
import type { Service } from '../mesh/services/service';
import { accessLog } from './access-log';
import { connectionSettings } from './connection-settings';
import type { Push } from './context';
import { alpn } from './filters/alpn';
import { cors } from './filters/cors';
import { dynamicForwardProxy, dynamicForwardProxyForAny } from './filters/dynamic-forward-proxy';
import { httpExtensions } from './filters/extensions';
import { fault } from './filters/fault';
import { grpcStats } from './filters/grpc-stats';
import { grpcWeb } from './filters/grpc-web';
import { jwtAuthn } from './filters/jwt-authn';
import { clientIdentity } from './filters/filter-state';
import { httpMetadataExchange, waypointPeerMetadata } from './filters/metadata-exchange';
import { customAuthz, rbac } from './filters/rbac';
import { router, silentRouter } from './filters/router';
import { stats } from './filters/stats';
import { internalAddresses } from './internal-addresses';
import type { ListenerClass } from './listener-class';
import { message } from './message';
import { idleTimeout } from './node-settings';
import { pathNormalization } from './path-normalization';
import { proxyConfig, proxyHeaders } from './proxy-headers';
import { tracingFor } from './tracing';

/** What tells one connection manager from another. */
export interface HttpOptions {
  readonly listeners: ListenerClass;
  /** The port by which extensions choose listeners. */
  readonly port: number;
  readonly protocol: Protocol;
  readonly statPrefix: string;
  /** The routes, or the name under which they are fetched. */
  readonly routes: RouteConfiguration | string;
  readonly useRemoteAddress: boolean;
  /** What the listener sets beside what all of them have. */
  readonly settings: HttpConnectionManager;
  /** The one service whose requests it reads, where there is only one. */
  readonly service?: Service;
  /** Whether both sides tell each other who they are; they do unless it is said. */
  readonly exchangesMetadata?: boolean;
}

/** istio: ListenerBuilder.buildHTTPConnectionManager */
export function httpConnectionManager(push: Push, options: HttpOptions): NetworkFilter {
  return {
    name: HTTP_CONNECTION_MANAGER,
    typedConfig: message(
      'envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
      configOf(push, options),
    ),
  };
}

export const HTTP_CONNECTION_MANAGER = 'envoy.filters.network.http_connection_manager';

function configOf(push: Push, options: HttpOptions): HttpConnectionManager {
  const { listeners, settings, statPrefix, routes, useRemoteAddress } = options;
  const { xForwardedPort, preserveHttp1HeaderCase } = proxyHeaders(push);
  const { config: tracing, useRequestIdForTraceSampling } = tracingFor(push, listeners);
  const idle = idleTimeout(push);
  const base: HttpConnectionManager = {
    ...settings,
    ...(preserveHttp1HeaderCase && { httpProtocolOptions: { ...settings.httpProtocolOptions, ...PRESERVE_CASE } }),
    statPrefix,
    ...(xForwardedPort?.enabled && { appendXForwardedPort: true }),
    ...pathNormalization(push.meshConfig),
    useRemoteAddress,
    upgradeConfigs: [{ upgradeType: 'websocket' }],
    ...(idle.idleTimeout !== undefined && { commonHttpProtocolOptions: idle }),
    streamIdleTimeout: '0s',
  };
  return {
    ...connectionSettings(base, push),
    ...(typeof routes === 'string'
      ? { rds: { configSource: ROUTE_SOURCE, routeConfigName: routes } }
      : { routeConfig: routes }),
    ...accessLog(push, listeners, 'http'),
    ...(tracing && { tracing }),
    httpFilters: httpFilters(push, options),
    requestIdExtension: {
      typedConfig: message('envoy.extensions.request_id.uuid.v3.UuidRequestIdConfig', { useRequestIdForTraceSampling }),
    },
    ...(useRemoteAddress && internalAddresses(push.mesh)),
    proxy100Continue: true,
  };
}

const ROUTE_SOURCE = { ads: {}, initialFetchTimeout: '0s', resourceApiVersion: 'V3' } as const;

const PRESERVE_CASE = {
  headerKeyFormat: {
    statefulFormatter: {
      name: 'preserve_case',
      typedConfig: message('envoy.extensions.http.header_formatters.preserve_case.v3.PreserveCaseFormatterConfig', {}),
    },
  },
};

/** In the order in which requests pass them. */
function httpFilters(push: Push, options: HttpOptions): HttpFilter[] {
  if (push.proxy.kind === 'waypoint') return waypointFilters(push, options);
  const { listeners, protocol, exchangesMetadata = true } = options;
  const { metadataExchangeHeaders, envoyDebugHeaders } = proxyHeaders(push);
  const skipsOthers = protocol !== 'HTTP_PROXY' && metadataExchangeHeaders?.mode === 'IN_MESH';
  const isJudged = listeners !== 'outbound';
  return [
    ...(exchangesMetadata ? [httpMetadataExchange(listeners, skipsOthers ? 'within-mesh' : 'everywhere')] : []),
    ...(isJudged ? customAuthz(push, 'http') : []),
    ...httpExtensions(push, options, 'AUTHN'),
    ...(isJudged ? jwtAuthn(push) : []),
    ...httpExtensions(push, options, 'AUTHZ'),
    ...(isJudged ? rbac(push, 'http') : []),
    ...httpExtensions(push, options, 'STATS'),
    ...httpExtensions(push, options, 'UNSPECIFIED'),
    ...(protocol === 'GRPC-Web' ? [grpcWeb] : []),
    grpcStats,
    ...(listeners === 'inbound' ? [] : [alpn]),
    fault,
    cors,
    ...stats(push, listeners),
    ...resolvers(push, options),
    envoyDebugHeaders?.disabled ? silentRouter : router,
  ];
}

/** The same in a waypoint. istio: buildWaypointHTTPFilters, buildWaypointInboundHTTPFilters */
function waypointFilters(push: Push, options: HttpOptions): HttpFilter[] {
  const { listeners, protocol, service } = options;
  const { envoyDebugHeaders } = proxyHeaders(push);
  return [
    ...(tellsClientIdentity(push) ? [clientIdentity] : []),
    ...customAuthz(push, 'http'),
    ...httpExtensions(push, options, 'AUTHN'),
    ...jwtAuthn(push),
    ...httpExtensions(push, options, 'AUTHZ'),
    ...rbac(push, 'http'),
    ...(protocol === 'GRPC-Web' ? [grpcWeb] : []),
    grpcStats,
    fault,
    cors,
    ...(service && isWildcard(service.hostname) ? [dynamicForwardProxy(service)] : []),
    ...httpExtensions(push, options, 'STATS'),
    ...httpExtensions(push, options, 'UNSPECIFIED'),
    waypointPeerMetadata,
    ...stats(push, listeners),
    envoyDebugHeaders?.disabled ? silentRouter : router,
  ];
}

/** Whether a waypoint tells applications who calls them. istio: xfccIncludeClientIdentityEnabled */
export const tellsClientIdentity = ({ proxy }: Push): boolean =>
  proxy.kind === 'waypoint' &&
  proxy.annotations['ambient.istio.io/xfcc-include-client-identity']?.toLowerCase() === 'true';

/** What finds the addresses of hosts that are only known when they are asked for. */
function resolvers({ scope }: Push, { listeners, service }: HttpOptions): HttpFilter[] {
  if (listeners !== 'outbound') return [];
  const isOpen = service?.resolution === 'dynamic-dns' && isWildcard(service.hostname);
  return [
    ...(isOpen ? [dynamicForwardProxy(service)] : []),
    ...(scope.outbound.mode === 'ALLOW_ANY_DYNAMIC_DNS' ? [dynamicForwardProxyForAny] : []),
  ];
}

/** How the proxy names itself, and whether it gives requests an identity. istio: util.GetProxyHeadersFromProxyConfig */
export function serverSettings(push: Push, listeners: ListenerClass): HttpConnectionManager {
  const { server = {}, requestId } = proxyConfig(push).proxyHeaders ?? {};
  const named = server.value || (listeners === 'outbound' ? '' : 'istio-envoy');
  return {
    ...(server.disabled ? { serverHeaderTransformation: 'PASS_THROUGH' } : named && { serverName: named }),
    ...(requestId?.disabled && { generateRequestId: false }),
  };
}

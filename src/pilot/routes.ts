/** The route configurations of a proxy. */
import type { HttpConnectionManager, Listener, RouteConfiguration } from '../envoy/config';
import type { Push } from './context';
import { gatewayRoutes } from './routes/gateway';
import { sidecarRoutes } from './routes/sidecar';

/** One route configuration for each name. istio: ConfigGeneratorImpl.BuildHTTPRoutes */
export function routes(push: Push, names: readonly string[]): RouteConfiguration[] {
  const make = push.proxy.kind === 'gateway' ? (name: string) => gatewayRoutes(push, name) : sidecarRoutes(push);
  return names.map(make);
}

const MANAGER = 'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager';

/** The names of the route configurations that listeners ask for, each once. */
export function routeNames(listeners: readonly Listener[]): string[] {
  const chains = listeners.flatMap(({ filterChains = [], defaultFilterChain }) => [
    ...filterChains,
    ...(defaultFilterChain ? [defaultFilterChain] : []),
  ]);
  const managers = chains
    .flatMap(({ filters = [] }) => filters)
    .flatMap(({ typedConfig }) => (typedConfig?.['@type'] === MANAGER ? [typedConfig as HttpConnectionManager] : []));
  return [...new Set(managers.flatMap(({ rds }) => rds?.routeConfigName ?? []))];
}

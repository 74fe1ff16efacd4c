/** EnvoyFilters over route configurations. */
import type { HttpConnectionManager, Listener, NetworkFilter, RouteConfiguration } from '../../envoy/config';
import type { Push } from '../context';
import { instead, merged } from './merge';
import { type Context, hasPatches, merges, patchesFor } from './patches';
import { isForRoutes } from './route-matches';
import { patchedHosts } from './virtual-hosts';

/** The route configurations that a proxy fetches, as its EnvoyFilters want them. */
export function patchedRoutes(push: Push, routes: RouteConfiguration[]): RouteConfiguration[] {
  if (!hasPatches(push)) return routes;
  const context = push.proxy.kind === 'gateway' ? 'GATEWAY' : 'SIDECAR_OUTBOUND';
  return routes.map((one) => patchedConfiguration(push, context, one));
}

/** Inbound listeners with the routes inside them patched: that happens before the listeners themselves are. */
export function patchedInboundRoutes(push: Push, listeners: Listener[]): Listener[] {
  if (!hasPatches(push) || push.proxy.kind === 'gateway') return listeners;
  return listeners.map((listener) => {
    const { trafficDirection, filterChains } = listener;
    if (trafficDirection !== 'INBOUND' || !filterChains) return listener;
    return instead(push, listener, {
      ...listener,
      filterChains: filterChains.map((chain) => {
        const filters = chain.filters?.map((filter) => withRoutes(push, filter));
        return instead(push, chain, { ...chain, ...(filters && { filters }) });
      }),
    });
  });
}

function withRoutes(push: Push, filter: NetworkFilter): NetworkFilter {
  const manager: HttpConnectionManager | undefined = filter.typedConfig;
  if (!manager?.routeConfig) return filter;
  // In a waypoint Pilot only patches routes that no VirtualService has written, which it gives this limit.
  const isOwn = manager.routeConfig.maxDirectResponseBodySizeBytes !== undefined;
  if (push.proxy.kind === 'waypoint' && !isOwn) return filter;
  const routeConfig = patchedConfiguration(push, 'SIDECAR_INBOUND', manager.routeConfig);
  return instead(push, filter, { ...filter, typedConfig: instead(push, manager, { ...manager, routeConfig }) });
}

/** istio: ApplyRouteConfigurationPatches */
function patchedConfiguration(push: Push, context: Context, original: RouteConfiguration): RouteConfiguration {
  const configuration = patchesFor(push, context, 'ROUTE_CONFIGURATION')
    .filter(merges)
    .reduce((made, patch) => (isForRoutes(push, patch, made) ? merged(push, made, patch) : made), original);
  const virtualHosts = patchedHosts({ push, context, configuration });
  return instead(push, configuration, { ...configuration, ...(virtualHosts.length > 0 && { virtualHosts }) });
}

/** Whether a patch finds anything to change in what a proxy is sent. */
import type { HttpConnectionManager, Listener, NetworkFilter, RouteConfiguration } from '../../envoy/config';
import { clusters } from '../clusters';
import { type Push, perPush } from '../context';
import { listeners } from '../listeners';
import { CONNECT_TERMINATE } from '../listeners/hbone';
import { routeNames, routes } from '../routes';
import { isForCluster, isInbound as isInboundCluster, patchedClusters } from './clusters';
import { httpFilter, isForChain, isForListener, listenerFilter, networkFilter } from './listener-matches';
import { patchedListeners } from './listeners';
import type { Context, Patch } from './patches';
import { isForHost, isForRoutes, routeWanted } from './route-matches';
import { patchedInboundRoutes, patchedRoutes } from './routes';
import type { Wanted } from './splice';

/** Whether a patch applies to something: to what Istio configures, or to what other patches have added to that. */
export function hasEffect(push: Push, patch: Patch): boolean {
  switch (patch.target) {
    case 'LISTENER':
      return contextsOf(push, patch).some((context) =>
        patch.operation === 'ADD' ? true : listenersIn(push, context).some((each) => isForListener(patch, each)),
      );
    case 'LISTENER_FILTER':
      return listenersFor(push, patch).some(({ listenerFilters = [] }) =>
        finds(patch, listenerFilters, listenerFilter(patch)),
      );
    case 'FILTER_CHAIN':
      return listenersFor(push, patch).some(
        (listener) => patch.operation === 'ADD' || chainsFor(patch, listener).length > 0,
      );
    case 'NETWORK_FILTER':
      return filtersFor(push, patch).some((filters) => finds(patch, filters, networkFilter(patch)));
    case 'HTTP_FILTER':
      return filtersFor(push, patch).some((filters) =>
        filters
          .filter((filter) => networkFilter(patch).is(filter))
          .some((filter) => {
            const manager: HttpConnectionManager | undefined = filter.name === HTTP ? filter.typedConfig : undefined;
            return manager !== undefined && finds(patch, manager.httpFilters ?? [], httpFilter(patch));
          }),
      );
    case 'ROUTE_CONFIGURATION':
      return routesFor(push, patch).length > 0;
    case 'VIRTUAL_HOST':
      return routesFor(push, patch).some(
        ({ virtualHosts = [] }) => patch.operation === 'ADD' || virtualHosts.some((host) => isForHost(patch, host)),
      );
    case 'HTTP_ROUTE':
      return routesFor(push, patch).some(({ virtualHosts = [] }) =>
        virtualHosts.some((host) => isForHost(patch, host) && finds(patch, host.routes ?? [], routeWanted(patch))),
      );
    case 'CLUSTER':
      return contextsOf(push, patch).some(
        (context) =>
          patch.operation === 'ADD' || clustersIn(push, context).some((cluster) => isForCluster(push, patch, cluster)),
      );
    default:
      return true;
  }
}

const HTTP = 'envoy.filters.network.http_connection_manager';

/** What is added needs no neighbour; all else changes, or goes beside, what is named. */
const finds = <Item>({ operation }: Patch, items: readonly Item[], { is }: Wanted<Item>): boolean =>
  operation === 'ADD' || operation === 'INSERT_FIRST' || items.some(is);

/** The contexts of a proxy that a patch is for. */
function contextsOf({ proxy }: Push, { match }: Patch): Context[] {
  const own: Context[] =
    proxy.kind === 'gateway'
      ? ['GATEWAY']
      : proxy.kind === 'waypoint'
        ? ['SIDECAR_INBOUND']
        : ['SIDECAR_OUTBOUND', 'SIDECAR_INBOUND'];
  return own.filter((context) => (match.context ?? 'ANY') === 'ANY' || match.context === context);
}

/** The listeners before and after all patches, so that it counts as well what patches add or remove. */
const allListeners = perPush((push) => {
  const own = patchedInboundRoutes(push, listeners(push));
  return [...own, ...patchedListeners(push, own)];
});

const isInbound = ({ name, trafficDirection }: Listener): boolean =>
  trafficDirection === 'INBOUND' || name === CONNECT_TERMINATE;

const listenersIn = (push: Push, context: Context): readonly Listener[] =>
  push.proxy.kind === 'sidecar'
    ? allListeners(push).filter((each) => isInbound(each) === (context === 'SIDECAR_INBOUND'))
    : allListeners(push);

const listenersFor = (push: Push, patch: Patch): readonly Listener[] =>
  contextsOf(push, patch)
    .flatMap((context) => listenersIn(push, context))
    .filter((each) => isForListener(patch, each));

const chainsFor = (patch: Patch, listener: Listener) =>
  [...(listener.filterChains ?? []), ...(listener.defaultFilterChain ? [listener.defaultFilterChain] : [])].filter(
    (chain) => isForChain(patch, listener, chain),
  );

const filtersFor = (push: Push, patch: Patch): readonly (readonly NetworkFilter[])[] =>
  listenersFor(push, patch).flatMap((listener) =>
    chainsFor(patch, listener).flatMap(({ filters }) => (filters ? [filters] : [])),
  );

const allRoutes = perPush((push) => {
  const own = routes(push, routeNames(allListeners(push)));
  return [...own, ...patchedRoutes(push, own)];
});

const inboundRoutes = (push: Push): readonly RouteConfiguration[] =>
  allListeners(push)
    .filter(isInbound)
    .flatMap(({ filterChains = [] }) => filterChains)
    .flatMap(({ filters = [] }) => filters)
    .flatMap(({ typedConfig }) => {
      const manager: HttpConnectionManager | undefined = typedConfig;
      return manager?.routeConfig ?? [];
    });

const routesFor = (push: Push, patch: Patch): readonly RouteConfiguration[] =>
  contextsOf(push, patch)
    .flatMap((context) => (context === 'SIDECAR_INBOUND' ? inboundRoutes(push) : allRoutes(push)))
    .filter((each) => isForRoutes(push, patch, each));

const allClusters = perPush((push) => {
  const own = clusters(push);
  return [...own, ...patchedClusters(push, own)];
});

const clustersIn = (push: Push, context: Context) =>
  push.proxy.kind === 'sidecar'
    ? allClusters(push).filter((each) => isInboundCluster(each) === (context === 'SIDECAR_INBOUND'))
    : allClusters(push);

/** EnvoyFilters over virtual hosts and routes. */
import type { Route, RouteConfiguration, VirtualHost } from '../../envoy/config';
import type { Push } from '../context';
import { instead, merged } from './merge';
import { type Context, type Patch, merges, patchesFor } from './patches';
import { isForHost, isForRoutes, routeWanted } from './route-matches';
import { spliced } from './splice';

/** A route configuration that is patched. */
interface RoutePlace {
  readonly push: Push;
  readonly context: Context;
  readonly configuration: RouteConfiguration;
}

/** istio: patchVirtualHosts */
export function patchedHosts(place: RoutePlace): VirtualHost[] {
  const removed = new Set<string | undefined>();
  const patched = (place.configuration.virtualHosts ?? []).map((host) => {
    const out = patchedHost(place, host);
    if (out === 'removed') removed.add(host.name);
    return out === 'removed' ? host : out;
  });
  const added = patchesHere(place, 'VIRTUAL_HOST').filter(({ operation }) => operation === 'ADD');
  return [...patched, ...added.map(({ value }) => value as VirtualHost)].filter(({ name }) => !removed.has(name));
}

/** istio: patchVirtualHost */
function patchedHost(place: RoutePlace, original: VirtualHost): VirtualHost | 'removed' {
  let host = original;
  for (const patch of patchesHere(place, 'VIRTUAL_HOST')) {
    if (!isForHost(patch, host)) continue;
    if (patch.operation === 'REMOVE') return 'removed';
    if (merges(patch)) host = merged(place.push, host, patch);
    if (patch.operation === 'REPLACE') host = patch.value;
  }
  const routes = patchedRoutes(place, host);
  return instead(place.push, host, { ...host, ...(routes.length > 0 && { routes: [...routes] }) });
}

/** First what changes or removes routes, then what adds to them. istio: patchHTTPRoutes */
function patchedRoutes(place: RoutePlace, host: VirtualHost): readonly Route[] {
  const patches = patchesHere(place, 'HTTP_ROUTE').filter((patch) => isForHost(patch, host));
  const routes = (host.routes ?? []).flatMap((route) => patchedRoute(place.push, patches, route));
  return patches.filter(inserts).reduce<readonly Route[]>((list, patch) => inserted(list, patch), routes);
}

/** istio: patchHTTPRoute */
function patchedRoute(push: Push, patches: readonly Patch[], original: Route): Route[] {
  let route = original;
  for (const patch of patches) {
    if (!routeWanted(patch).is(route)) continue;
    if (patch.operation === 'REMOVE') return [];
    if (merges(patch)) route = merged(push, route, patch);
  }
  return [route];
}

const inserts = ({ operation }: Patch): boolean => operation === 'ADD' || operation.startsWith('INSERT_');

/** The first place is taken only where there is the route that is named. */
function inserted(routes: readonly Route[], patch: Patch): readonly Route[] {
  const wanted = routeWanted(patch);
  if (patch.operation === 'INSERT_FIRST' && wanted.isNamed && !routes.some(wanted.is)) return routes;
  return spliced(routes, patch, wanted);
}

const patchesHere = ({ push, context, configuration }: RoutePlace, target: 'VIRTUAL_HOST' | 'HTTP_ROUTE') =>
  patchesFor(push, context, target).filter((patch) => isForRoutes(push, patch, configuration));

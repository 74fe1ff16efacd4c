import type { EnvoyConfig, FilterChain, HttpConnectionManager, RouteConfiguration } from '../config';
import { perObject } from '../run/lookup';
import type { Link } from './http-filter';
import { linksOf } from './http-filters';

/** Whether the same becomes of all HTTP requests whatever is in them, and over TLS whatever server name the client sends. */
export const isIndifferent = perObject(({ listeners }: EnvoyConfig): boolean =>
  listeners.every(({ filterChains = [], defaultFilterChain }) =>
    [...filterChains, ...(defaultFilterChain ? [defaultFilterChain] : [])].every(treatsAllAlike),
  ),
);

const treatsAllAlike = ({ filterChainMatch, filters = [] }: FilterChain): boolean =>
  !filterChainMatch?.serverNames &&
  filters.every(({ typedConfig = {} }) => {
    const manager = typedConfig as HttpConnectionManager;
    return !manager.httpFilters || (linksOf(manager).every(isBlind) && hasOneRoute(manager.routeConfig));
  });

function isBlind({ kind, config }: Link): boolean {
  if (kind === 'router' || kind === 'passive') return true;
  return kind !== 'unknown' && Object.keys(config).every((key) => key === '@type');
}

function hasOneRoute(routes: RouteConfiguration | undefined): boolean {
  const [host, ...otherHosts] = routes?.virtualHosts ?? [];
  const [route, ...otherRoutes] = host?.routes ?? [];
  if (!route || otherHosts.length > 0 || otherRoutes.length > 0) return false;
  const { match = {}, typedPerFilterConfig } = route;
  const isEvery = match.prefix === '/' && Object.keys(match).length === 1 && host?.domains?.includes('*') === true;
  return isEvery && !typedPerFilterConfig && !host.typedPerFilterConfig && !routes?.typedPerFilterConfig;
}

/** Routes as `istioctl proxy-config routes` shows them. */
import type { Route, RouteConfiguration, RouteMatch, VirtualHost } from '../envoy/config';
import { columns } from './columns';
import { compare, managedBy } from './envoy-cluster-table';

const HEADS = ['NAME', 'VHOST NAME', 'DOMAINS', 'MATCH', 'VIRTUAL SERVICE'];

/** A table of routes; configurations that are named for a port come first, in the order of the ports. */
export function routeTable(routes: readonly RouteConfiguration[]): string {
  const sorted = [...routes].sort(({ name: one = '' }, { name: other = '' }) => byPort(one, other));
  return columns(
    HEADS,
    sorted.flatMap(({ name = '', virtualHosts = [] }) =>
      virtualHosts.flatMap((host) => rowsOf(host).map((row) => [name, host.name ?? '', domainsOf(host), ...row])),
    ),
  );
}

function byPort(one: string, other: string): number {
  const [first, second] = [Number(one), Number(other)];
  if (Number.isNaN(first) || Number.isNaN(second))
    return Number(Number.isNaN(first)) - Number(Number.isNaN(second)) || compare(one, other);
  return first - second;
}

function rowsOf({ routes = [] }: VirtualHost): [match: string, virtualService: string][] {
  if (routes.length === 0) return [['/*', '404']];
  return routes
    .filter(({ route }: Route) => route?.cluster !== 'PassthroughCluster')
    .map(({ match, metadata }) => [describeMatch(match ?? {}), managedBy(metadata)]);
}

/** The path that a route takes; what else it asks of requests is not shown. */
export function describeMatch({ prefix, pathSeparatedPrefix, path, safeRegex }: RouteMatch): string {
  return [
    ...(prefix ? [`${prefix}*`] : []),
    ...(pathSeparatedPrefix ? [`PathPrefix:${pathSeparatedPrefix}`] : []),
    ...(path ? [path] : []),
    ...(safeRegex ? [`regex ${safeRegex.regex}`] : []),
  ].join(' ');
}

/** The first two domains without a port, those left out that only spell a name at greater length. */
function domainsOf({ domains = [] }: VirtualHost): string {
  if (domains.length < 2) return domains.join();
  const names = domains.filter((domain) => !/:\d+$|:\*$/.test(domain) || domain.endsWith(']'));
  const short = names.filter(
    (name) => !names.some((other) => name === `${other}.svc` || name === `${other}.svc.cluster.local`),
  );
  const shown = short.slice(0, 2).join(', ');
  return short.length > 2 ? `${shown} + ${short.length - 2} more...` : shown;
}

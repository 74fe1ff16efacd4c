/** Listeners as `istioctl proxy-config listeners` shows them. */
import type {
  FilterChain,
  FilterChainMatch,
  HttpConnectionManager,
  Listener,
  RouteConfiguration,
  TcpProxy,
} from '../envoy/config';
import { columns } from './columns';
import { compare } from './envoy-cluster-table';
import { describeMatch } from './envoy-route-table';

const HEADS = ['ADDRESSES', 'PORT', 'MATCH', 'DESTINATION'];

const HTTP = 'envoy.filters.network.http_connection_manager';
const TCP = 'envoy.filters.network.tcp_proxy';

/** A table of filter chains by the port and address of their listeners. */
export function listenerTable(listeners: readonly Listener[]): string {
  const sorted = [...listeners].sort(
    (one, other) =>
      portOf(one) - portOf(other) || compare(addressOf(one), addressOf(other)) || compare(typeOf(one), typeOf(other)),
  );
  return columns(
    HEADS,
    sorted.flatMap((listener) =>
      rowsOf(listener).map((row) => [addressesOf(listener), String(portOf(listener)), ...row]),
    ),
  );
}

const portOf = ({ address }: Listener): number => address?.socketAddress?.portValue ?? 0;

const addressOf = ({ address }: Listener): string => address?.socketAddress?.address ?? address?.pipe?.path ?? '';

function addressesOf(listener: Listener): string {
  const additional = listener.additionalAddresses?.map(({ address }) => address?.socketAddress?.address ?? '') ?? [];
  return [addressOf(listener), ...additional].join(',');
}

const chainsOf = ({ filterChains = [], defaultFilterChain }: Listener): FilterChain[] => [
  ...filterChains,
  ...(defaultFilterChain ? [defaultFilterChain] : []),
];

function typeOf(listener: Listener): string {
  const filters = chainsOf(listener).flatMap((chain) => chain.filters ?? []);
  const http = filters.some(({ name }) => name === HTTP);
  const tcp = filters.some(({ name, typedConfig }) => name === TCP && !isBlackHole(typedConfig));
  if (http) return tcp ? 'HTTP+TCP' : 'HTTP';
  return tcp ? 'TCP' : 'UNKNOWN';
}

const isBlackHole = (config: object | undefined): boolean => JSON.stringify(config ?? {}).includes('BlackHoleCluster');

function rowsOf(listener: Listener): [match: string, destination: string][] {
  const rows = chainsOf(listener).map((chain): [string, string] => [
    matchOf(chain.filterChainMatch ?? {}),
    destinationOf(chain),
  ]);
  return rows.sort(([, one], [, other]) => compare(other, one));
}

const PROTOCOLS = new Map([
  ['http/1.0,http/1.1,h2c,istio-http/1.0,istio-http/1.1,istio-h2', 'HTTP TLS'],
  ['istio,istio-http/1.0,istio-http/1.1,istio-h2', 'Istio HTTP Plain'],
  ['istio-peer-exchange,istio', 'TCP TLS'],
  ['http/1.0,http/1.1,h2c', 'HTTP'],
]);

function matchOf(match: FilterChainMatch): string {
  const { serverNames = [], transportProtocol, applicationProtocols = [], destinationPort, prefixRanges = [] } = match;
  const protocols = applicationProtocols.join();
  const port = destinationPort === undefined ? '' : `:${destinationPort}`;
  const addresses = prefixRanges.map(({ addressPrefix, prefixLen = 0 }) => `${addressPrefix}/${prefixLen}`).join();
  const described = [
    ...(serverNames.length > 0 ? [`SNI: ${serverNames.join()}`] : []),
    ...(transportProtocol ? [`Trans: ${transportProtocol}`] : []),
    ...(protocols ? [`App: ${PROTOCOLS.get(protocols) ?? protocols}`] : []),
    ...(addresses || port ? [`Addr: ${addresses || '*'}${port}`] : []),
  ];
  return described.join('; ') || 'ALL';
}

/** Where the first filter that says so sends traffic. */
function destinationOf({ filters = [] }: FilterChain): string {
  for (const { name, typedConfig } of filters) {
    if (name === HTTP) return ofHttp(typedConfig as HttpConnectionManager);
    if (name === TCP && !isBlackHole(typedConfig)) return clusterNamed((typedConfig as TcpProxy).cluster ?? '');
  }
  return 'Non-HTTP/Non-TCP';
}

function ofHttp({ routeConfig, rds }: HttpConnectionManager): string {
  if (routeConfig) return ofRoutes(routeConfig);
  return rds?.routeConfigName ? `Route: ${rds.routeConfigName}` : 'HTTP';
}

const clusterNamed = (name: string): string => (name.includes('Cluster') ? name : `Cluster: ${name}`);

function ofRoutes({ virtualHosts = [] }: RouteConfiguration): string {
  const only = virtualHosts.length === 1 ? virtualHosts[0]! : undefined;
  const [route, ...others] = only?.routes ?? [];
  const cluster = route?.route?.cluster;
  if (only?.domains?.join() === '*' && others.length === 0 && route?.match?.prefix === '/' && cluster)
    return clusterNamed(cluster);
  const hosts = virtualHosts.map(({ domains = [], routes = [] }) => {
    const matches = routes.map(({ match }) => describeMatch(match ?? {})).join(', ');
    return domains.join() === '*' ? matches : `${domains.join('/')} ${matches}`;
  });
  return `Inline Route: ${hosts.join('; ')}`;
}

/** The filter chains of a waypoint: for the ports of services, and for pods that are called by their own addresses. */
import type { FilterChain, NetworkFilter, TcpProxy } from '../../envoy/config';
import { isHttp2 } from '../../mesh/services/protocol';
import type { Service, ServicePort } from '../../mesh/services/service';
import type { VirtualService } from '../../mesh/traffic/virtual-services';
import type { L4MatchAttributes, RouteDestination, TLSMatchAttributes } from '../../schema/kinds/networking';
import type { Push } from '../context';
import { networkConnectAuthority } from '../filters/filter-state';
import { httpConnectionManager, serverSettings, tellsClientIdentity } from '../http-connection-manager';
import { networkFilters } from '../network-filters';
import { acceptsHttp10 } from '../node-settings';
import { waypointDestination } from '../routes/destination';
import { type WaypointTarget, virtualServicesOf, waypointRoutes } from '../routes/waypoint';
import { delimited, statPrefix } from '../stat-prefix';
import { subsetKey } from '../subset-key';
import { tcpSettings } from './tcp-destinations';

/** The chain of one port of a service. istio: buildWaypointInternal */
export function vipChain(push: Push, service: Service, port: ServicePort, protocol: 'http' | 'tcp'): FilterChain {
  const served: Push = { ...push, served: service };
  const name = subsetKey('inbound-vip', protocol, service.hostname, port.number);
  const target: WaypointTarget = { cluster: name, service, port: port.number, field: port.field };
  return { name, filters: protocol === 'http' ? httpFilters(served, target, port) : tcpFilters(served, target, port) };
}

const ANY_PORT = { name: 'unknown', number: 0, protocol: 'TCP' } as const;

/** The chains for pods. */
export function directChains(push: Push): FilterChain[] {
  const target: WaypointTarget = { cluster: 'encap', service: undefined, port: 0, field: undefined };
  return [
    { name: 'direct-tcp', filters: [networkConnectAuthority, ...tcpFilters(push, target, ANY_PORT)] },
    { name: 'direct-http', filters: [networkConnectAuthority, ...httpFilters(push, target, ANY_PORT)] },
  ];
}

type Port = Pick<ServicePort, 'name' | 'number' | 'protocol'>;

/** istio: buildWaypointInboundHTTPFilters */
function httpFilters(push: Push, target: WaypointTarget, { protocol, number }: Port): NetworkFilter[] {
  const http10 = acceptsHttp10(push);
  const manager = httpConnectionManager(push, {
    listeners: 'inbound',
    port: 0,
    protocol,
    statPrefix: delimited(`inbound_0.0.0.0_${number}`),
    routes: waypointRoutes(push, target),
    useRemoteAddress: false,
    settings: {
      ...serverSettings(push, 'inbound'),
      ...(isHttp2(protocol) && { http2ProtocolOptions: {} }),
      ...(http10.acceptHttp10 && { httpProtocolOptions: http10 }),
      ...(tellsClientIdentity(push) && { forwardClientCertDetails: 'ALWAYS_FORWARD_ONLY' }),
    },
    ...(target.service && { service: target.service }),
  });
  return [manager];
}

/** istio: buildWaypointNetworkFilters */
function tcpFilters(push: Push, target: WaypointTarget, port: Port): NetworkFilter[] {
  const { cluster, service } = target;
  const routes = service ? tcpRoutes(push, service, port.number) : [];
  const [first, ...others] = routes;
  const host = first?.destination?.host ?? service?.hostname;
  const subset = others.length === 0 ? (first?.destination?.subset ?? '') : '';
  const proxy: TcpProxy = {
    statPrefix: statNameOf(push, target, port),
    ...destinationOf(push, routes, cluster, port.number),
    ...tcpSettings(push, host, subset),
  };
  const resolved =
    service?.resolution === 'dynamic-dns' && service.hostname.startsWith('*') ? { resolved: service } : {};
  return networkFilters(push, {
    listeners: 'inbound',
    port: port.number,
    protocol: port.protocol,
    proxy,
    exchangesMetadata: true,
    isJudged: true,
    ...resolved,
  });
}

function destinationOf(push: Push, routes: readonly RouteDestination[], cluster: string, port: number): TcpProxy {
  const clusterOf = ({ destination = {} }: RouteDestination): string =>
    waypointDestination(push, destination, push.scope.services.get(destination.host ?? ''), port);
  const [first, ...others] = routes;
  if (!first) return { cluster };
  if (others.length === 0) return { cluster: clusterOf(first) };
  const clusters = routes.flatMap((route) => (route.weight ? [{ name: clusterOf(route), weight: route.weight }] : []));
  return { weightedClusters: clusters.length > 0 ? { clusters } : {} };
}

function statNameOf({ meshConfig }: Push, { cluster, service }: WaypointTarget, port: Port): string {
  const { inboundClusterStatName: pattern } = meshConfig;
  if (!pattern) return cluster;
  const named = service ?? { isInCluster: false, hostname: '', name: '', namespace: '' };
  return statPrefix(pattern, { service: named, subset: '', port, targetPort: undefined });
}

/** Routes of TLS come before those of TCP. istio: getWaypointTCPRoutes */
function tcpRoutes(push: Push, service: Service, port: number): readonly RouteDestination[] {
  const virtualServices = virtualServicesOf(push, service);
  const tls = firstOf(virtualServices, (each) => tlsRoute(each, service.hostname, port));
  return tls ?? firstOf(virtualServices, (each) => tcpRoute(each, port)) ?? [];
}

function firstOf<Item, Found>(items: readonly Item[], find: (item: Item) => Found | undefined): Found | undefined {
  for (const item of items) {
    const found = find(item);
    if (found) return found;
  }
  return undefined;
}

/** Server names are not looked at: a match counts that names the service itself. istio: getTLSRouteMatch */
function tlsRoute({ tls }: VirtualService, hostname: string, port: number): readonly RouteDestination[] | undefined {
  const names = ({ sniHosts = [] }: TLSMatchAttributes): boolean => sniHosts.length === 1 && sniHosts[0] === hostname;
  const rule = tls.find(
    ({ value: { match = [] } }) => match.length === 0 || match.some((each) => names(each) && isMeant(each, port)),
  );
  return rule && (rule.value.route ?? []);
}

/** istio: getTCPRouteMatch */
function tcpRoute({ tcp }: VirtualService, port: number): readonly RouteDestination[] | undefined {
  const rule = tcp.find(({ value: { match = [] } }) => match.length === 0 || match.some((each) => isMeant(each, port)));
  return rule && (rule.value.route ?? []);
}

/** Nothing is known of those who call. istio: matchTLS, matchTCP */
function isMeant(match: L4MatchAttributes | TLSMatchAttributes, port: number): boolean {
  const { gateways = [], sourceLabels = {}, sourceNamespace } = match;
  return (
    (gateways.length === 0 || gateways.includes('mesh')) &&
    Object.keys(sourceLabels).length === 0 &&
    (!match.port || match.port === port) &&
    !sourceNamespace
  );
}

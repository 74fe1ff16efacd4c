/** What sends bytes to services, as their DestinationRules say. */
import type { NetworkFilter, TcpProxy } from '../../envoy/config';
import type { DestinationRule } from '../../mesh/traffic/destination-rules';
import type { Protocol } from '../../mesh/services/protocol';
import type { Service } from '../../mesh/services/service';
import type { VirtualService } from '../../mesh/traffic/virtual-services';
import type { RouteDestination } from '../../schema/kinds/networking';
import type { Push } from '../context';
import { ruleFor } from '../destination-rule';
import { protoDuration } from '../duration';
import { hostPort } from '../host-port';
import type { ListenerClass } from '../listener-class';
import { isOpenEnded, networkFilters } from '../network-filters';
import { idleTimeout } from '../node-settings';
import { destinationCluster } from '../routes/destination';
import { statPrefix } from '../stat-prefix';
import { subsetKey } from '../subset-key';

/** The chain whose filters are made. */
export interface ChainPlace {
  readonly listeners: ListenerClass;
  readonly port: { readonly number: number; readonly protocol: Protocol; readonly name: string };
  readonly exchangesMetadata: boolean;
  readonly isJudged: boolean;
}

/** Straight to a port of a service. */
export function filtersToService(push: Push, service: Service, target: number, place: ChainPlace): NetworkFilter[] {
  const cluster = subsetKey('outbound', '', service.hostname, target);
  const port = { number: target, name: '' };
  const proxy = { ...named(push, cluster, { service, subset: '', port }), ...ofRule(push, service, '', 'tunnel') };
  // Where names are looked up, Pilot judges by the policies of the workload that calls.
  const resolved = isOpenEnded(service) ? { resolved: service, isJudged: true } : {};
  return filtersOf(push, proxy, { ...place, ...resolved });
}

/** To where a route leads. istio: buildOutboundNetworkFilters */
export function filtersToRoutes(
  push: Push,
  routes: readonly RouteDestination[],
  place: ChainPlace,
  { name, namespace }: VirtualService,
): NetworkFilter[] {
  const [first, ...others] = routes;
  const service = serviceOf(push, first);
  const { subset = '' } = first?.destination ?? {};
  if (others.length === 0) {
    const cluster = clusterOf(push, first, place);
    const prefix = service ? named(push, cluster, { service, subset, port: place.port }) : plainlyNamed(cluster);
    return filtersOf(push, { ...prefix, ...ofRule(push, service, subset, 'tunnel') }, place);
  }
  const clusters = routes.flatMap((route) =>
    route.weight ? [{ name: clusterOf(push, route, place), weight: route.weight }] : [],
  );
  const proxy = { statPrefix: `${name}.${namespace}`, weightedClusters: { clusters } };
  return filtersOf(push, { ...proxy, ...ofRule(push, service, '', 'tunnel') }, place);
}

const serviceOf = ({ scope }: Push, route: RouteDestination | undefined): Service | undefined =>
  scope.services.get(route?.destination?.host ?? '');

const clusterOf = (push: Push, route: RouteDestination | undefined, { port }: ChainPlace): string =>
  destinationCluster(route?.destination ?? {}, serviceOf(push, route), port.number);

/** Gateways that hand TLS on by the names of clusters do without tunnels. */
export function filtersToCluster(
  push: Push,
  cluster: string,
  { service, subset, port }: { service: Service; subset: string; port: ChainPlace['port'] },
  place: ChainPlace,
): NetworkFilter[] {
  const proxy = { ...named(push, cluster, { service, subset, port }), ...ofRule(push, service, subset, 'direct') };
  return filtersOf(push, proxy, place);
}

const filtersOf = (push: Push, proxy: TcpProxy, { port, ...place }: ChainPlace & { resolved?: Service }) =>
  networkFilters(push, { ...place, port: port.number, protocol: port.protocol, proxy });

const plainlyNamed = (cluster: string): TcpProxy => ({ statPrefix: cluster, cluster });

function named(
  { meshConfig }: Push,
  cluster: string,
  place: { service: Service; subset: string; port: { number: number; name: string } },
): TcpProxy {
  const { outboundClusterStatName: pattern } = meshConfig;
  return { cluster, statPrefix: pattern ? statPrefix(pattern, { ...place, targetPort: 0 }) : cluster };
}

const ofRule = (push: Push, service: Service | undefined, subset: string, tunnels: 'tunnel' | 'direct'): TcpProxy =>
  tcpSettings(push, service?.hostname, subset, tunnels);

/** What the DestinationRule of a host says about its connections. istio: buildOutboundNetworkFiltersWithSingleDestination */
export function tcpSettings(
  push: Push,
  hostname: string | undefined,
  subset: string,
  tunnels: 'tunnel' | 'direct' = 'tunnel',
): TcpProxy {
  const rule = hostname === undefined ? undefined : ruleFor(push, hostname);
  const { tcp } = rule?.trafficPolicy?.value.connectionPool ?? {};
  return {
    ...(tcp?.idleTimeout === undefined ? idleTimeout(push) : { idleTimeout: protoDuration(tcp.idleTimeout) }),
    ...(tcp?.maxConnectionDuration !== undefined && {
      maxDownstreamConnectionDuration: protoDuration(tcp.maxConnectionDuration),
    }),
    ...(rule && hashesSource(rule, subset) && { hashPolicy: [{ sourceIp: {} }] }),
    ...(rule && tunnels === 'tunnel' && tunnel(rule, subset)),
  };
}

/** istio: maybeSetHashPolicy */
function hashesSource({ trafficPolicy, subsets }: DestinationRule, subset: string): boolean {
  const ofSubset = subsets.find(({ value }) => value.name === subset)?.value.trafficPolicy?.loadBalancer;
  const { consistentHash } = ofSubset ?? trafficPolicy?.value.loadBalancer ?? {};
  return consistentHash?.useSourceIp ?? false;
}

/** istio: tunnelingconfig.Apply */
function tunnel({ trafficPolicy, subsets }: DestinationRule, subset: string): TcpProxy {
  const policy = subset
    ? subsets.find(({ value }) => value.name === subset)?.value.trafficPolicy
    : trafficPolicy?.value;
  if (!policy?.tunnel) return {};
  const { targetHost = '', targetPort = 0, protocol } = policy.tunnel;
  return {
    tunnelingConfig: { hostname: hostPort(targetHost, targetPort), ...(protocol === 'POST' && { usePost: true }) },
  };
}

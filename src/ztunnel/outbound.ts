/** Where a ztunnel sends the connections of a workload. */
import type { GatewayAddress, LoadBalancing, Service, Workload, ZtunnelConfig } from './config';
import { type Endpoint, type Lookup, lookupOf } from './lookup';

/** An address and port. */
export interface Target {
  readonly address: string;
  readonly port: number;
}

/** What becomes of a connection, and how often, from 0 to 1. */
export interface Choice {
  readonly share: number;
  /** The service that was dialled, where one was. */
  readonly service?: Service;
  readonly route: Route;
}

/** Where a connection goes. */
export type Route =
  /** Nothing is known of the address, so it goes there as it is. */
  | { readonly kind: 'passthrough' }
  /** In a tunnel to a waypoint, with the address that was dialled as its target. */
  | {
      readonly kind: 'waypoint';
      readonly isFor: 'service' | 'workload';
      readonly waypoint: Workload;
      readonly address: string;
    }
  /** To a workload: in a tunnel where it takes HBONE, else as plaintext. A `hostname` is resolved first. */
  | { readonly kind: 'workload'; readonly workload: Workload; readonly address: string; readonly port: number }
  /** In two tunnels, one inside the other, to the gateway of another network. */
  | { readonly kind: 'network gateway'; readonly network: string; readonly gateway: GatewayAddress }
  | { readonly kind: 'refused'; readonly because: Refused };

/** Why a ztunnel closes a connection. */
export type Refused =
  /** No endpoint of the service serves the port. */
  | { readonly kind: 'no endpoints'; readonly service: Service }
  /** The waypoint has no endpoint that takes tunnels. */
  | { readonly kind: 'no waypoint'; readonly waypoint: GatewayAddress }
  /** The workload is on another network, to which no gateway is known, or which its own address does not lead to. */
  | { readonly kind: 'other network'; readonly network: string };

/** What a ztunnel does with a connection of a workload. ztunnel: OutboundConnection::build_request */
export function outbound(config: ZtunnelConfig, source: Workload, target: Target): readonly Choice[] {
  const lookup = lookupOf(config);
  const addressed = lookup.workloadAt(target.address);
  const service = addressed ? undefined : lookup.serviceAt(target.address, source.namespace ?? '');
  if (service) return toService(lookup, source, service, target);
  return [{ share: 1, route: addressed ? toWorkload(lookup, source, addressed, target) : { kind: 'passthrough' } }];
}

function toService(lookup: Lookup, source: Workload, service: Service, target: Target): Choice[] {
  const waypoints = waypointsOf(service);
  if (waypoints.length > 0)
    return waypoints.map(({ share, destination }) => ({
      share,
      service,
      route: toWaypoint(lookup, source, destination, 'service'),
    }));
  if (service.loadBalancing?.mode === 'PASSTHROUGH') return [{ share: 1, service, route: { kind: 'passthrough' } }];
  const endpoints = chosenEndpoints(lookup, source, service, target.port);
  if (endpoints.length === 0)
    return [{ share: 1, service, route: { kind: 'refused', because: { kind: 'no endpoints', service } } }];
  const total = endpoints.reduce((sum, { workload }) => sum + capacityOf(workload), 0);
  return endpoints.map((endpoint) => ({
    share: capacityOf(endpoint.workload) / total,
    service,
    route:
      throughGateway(source, endpoint.workload) ??
      toEndpoint(source, endpoint.workload, target, portOf(endpoint, service, target.port) ?? target.port),
  }));
}

/** Each connection goes to one of several waypoints; where no weight is left, to the first. */
function waypointsOf({ waypoint, weightedWaypoints = [] }: Service): { share: number; destination: GatewayAddress }[] {
  const total = weightedWaypoints.reduce((sum, { weight = 0 }) => sum + weight, 0);
  if (total === 0) return waypoint ? [{ share: 1, destination: waypoint }] : [];
  return weightedWaypoints
    .filter(({ weight = 0 }) => weight > 0)
    .map(({ destination, weight = 0 }) => ({ share: weight / total, destination }));
}

/** ztunnel: DemandProxyState::fetch_waypoint. Of several waypoint pods one stands for all. */
function toWaypoint(lookup: Lookup, source: Workload, waypoint: GatewayAddress, isFor: 'service' | 'workload'): Route {
  const found = lookup.destinationOf(waypoint);
  const refused: Route = { kind: 'refused', because: { kind: 'no waypoint', waypoint } };
  if (!found) return refused;
  const [workload] = 'uid' in found ? [found] : waypointPods(lookup, source, found, waypoint.hboneMtlsPort);
  const remote = workload && throughGateway(source, workload);
  if (remote) return remote;
  const address = workload && addressOf(workload, waypoint.address?.address ?? '');
  return workload && address !== undefined ? { kind: 'waypoint', isFor, waypoint: workload, address } : refused;
}

const waypointPods = (lookup: Lookup, source: Workload, service: Service, port: number): Workload[] =>
  chosenEndpoints(lookup, source, service, port).map(({ workload }) => workload);

function toWorkload(lookup: Lookup, source: Workload, workload: Workload, target: Target): Route {
  if (workload.waypoint && !isWaypointOf(lookup, source, workload.waypoint))
    return toWaypoint(lookup, source, workload.waypoint, 'workload');
  return toEndpoint(source, workload, target, target.port);
}

/** What a waypoint itself sends does not come back to it. */
function isWaypointOf(lookup: Lookup, source: Workload, waypoint: GatewayAddress): boolean {
  const found = lookup.destinationOf(waypoint);
  if (!found) return false;
  return 'uid' in found ? found === source : lookup.endpointsOf(found).some(({ workload }) => workload === source);
}

/** Only what is addressed to a service gets to other networks. ztunnel: build_request_through_gateway */
function throughGateway(source: Workload, { network = '', networkGateway }: Workload): Route | undefined {
  if (network === (source.network ?? '') || !networkGateway) return undefined;
  return { kind: 'network gateway', network, gateway: networkGateway };
}

function toEndpoint(source: Workload, workload: Workload, target: Target, port: number): Route {
  if ((workload.network ?? '') !== (source.network ?? ''))
    return { kind: 'refused', because: { kind: 'other network', network: workload.network ?? '' } };
  return { kind: 'workload', workload, address: addressOf(workload, target.address) ?? workload.hostname ?? '', port };
}

/** The address that was dialled, where it is the workload's; else one of the same family. */
function addressOf({ addresses = [] }: Workload, dialled: string): string | undefined {
  const isSixth = dialled.includes(':');
  return (
    addresses.find((each) => each === dialled) ??
    addresses.find((each) => each.includes(':') === isSixth) ??
    addresses[0]
  );
}

const capacityOf = ({ capacity = 1 }: Workload): number => capacity;

/** ztunnel: ProxyState::load_balance */
function chosenEndpoints(lookup: Lookup, source: Workload, service: Service, port: number): readonly Endpoint[] {
  const allowsUnhealthy = service.loadBalancing?.healthPolicy === 'ALLOW_ALL';
  const serving = lookup
    .endpointsOf(service)
    .filter(
      (endpoint) =>
        (allowsUnhealthy || endpoint.workload.status !== 'UNHEALTHY') && portOf(endpoint, service, port) !== undefined,
    );
  return preferred(service.loadBalancing, source, serving);
}

/** The port of a workload for one of a service; a tunnel to an application has its own. */
function portOf({ workload, ports }: Endpoint, service: Service, port: number): number | undefined {
  const own = ports.ports?.find(({ servicePort }) => servicePort === port)?.targetPort;
  const ofService = service.ports?.find(({ servicePort }) => servicePort === port);
  return own ?? ofService?.targetPort ?? (workload.applicationTunnel?.port === undefined ? undefined : port);
}

/** Of the endpoints those that match most of what the service prefers; with STRICT only those that match all of it. */
function preferred(
  { mode, routingPreference = [] }: LoadBalancing = {},
  source: Workload,
  endpoints: readonly Endpoint[],
): readonly Endpoint[] {
  if (mode !== 'STRICT' && mode !== 'FAILOVER') return endpoints;
  const rankOf = ({ workload }: Endpoint): number => {
    const index = routingPreference.findIndex((scope) => placeIn(workload, scope) !== placeIn(source, scope));
    return index < 0 ? routingPreference.length : index;
  };
  const best = Math.max(...endpoints.map(rankOf));
  if (mode === 'STRICT' && best < routingPreference.length) return [];
  return endpoints.filter((endpoint) => rankOf(endpoint) === best);
}

type Scope = NonNullable<LoadBalancing['routingPreference']>[number];

function placeIn({ locality = {}, node, clusterId, network }: Workload, scope: Scope): string {
  switch (scope) {
    case 'REGION':
      return locality.region ?? '';
    case 'ZONE':
      return locality.zone ?? '';
    case 'SUBZONE':
      return locality.subzone ?? '';
    case 'NODE':
      return node ?? '';
    case 'CLUSTER':
      return clusterId ?? '';
    case 'NETWORK':
      return network ?? '';
  }
}

/** The services that ztunnel knows: of each host and namespace one. istio: ambient.ServicesCollection */
import ipaddr from 'ipaddr.js';
import { ingressLabelOf, waypointOfService, weightedWaypoints } from '../../mesh/ambient/ambient';
import { groupBy } from '../../mesh/grouping';
import { perMesh } from '../../mesh/memo';
import type { Mesh } from '../../mesh/mesh';
import type { Protocol } from '../../mesh/services/protocol';
import { type Service, type ServicePort, UNSPECIFIED_ADDRESS } from '../../mesh/services/service';
import { services, servicesByHost } from '../../mesh/services/services';
import type { KindMap } from '../../schema/kinds';
import type { Resource } from '../../source/resource';
import type { LoadBalancing, NetworkAddress, Port, Scope, Service as ZtunnelService } from '../../ztunnel/config';
import { localNetwork } from './network';
import { waypointAddress } from './waypoints';

/** A service, and what ztunnel gets of it. */
export interface SentService {
  readonly service: Service;
  readonly sent: ZtunnelService;
}

/** Every service that ztunnel gets. ExternalName Services are none, nor are ServiceEntries that nobody may see. */
export const sentServices: (mesh: Mesh) => readonly SentService[] = perMesh((mesh) => {
  const known = services(mesh).filter(
    (service) =>
      service.resolution !== 'alias' &&
      service.visibility !== 'none' &&
      servicesByHost(mesh).get(service.hostname)?.get(service.namespace) === service,
  );
  const canonical = new Set(
    [...groupBy(known, ({ hostname }) => hostname).values()].map(
      (group) =>
        group.find(({ isInCluster }) => isInCluster) ?? group.find(({ visibility }) => visibility === 'public'),
    ),
  );
  return known.map((service) => ({ service, sent: serviceOf(mesh, service, canonical.has(service)) }));
});

function serviceOf(mesh: Mesh, service: Service, canonical: boolean): ZtunnelService {
  const { isInCluster, name, objectName, namespace, hostname, serviceAccounts, visibility } = service;
  const isEntry = !isInCluster;
  const waypoint = waypointAddress(mesh, waypointOfService(mesh, service));
  const weighted = weightedWaypoints(mesh, service).flatMap(({ waypoint: each, weight }) => {
    const destination = waypointAddress(mesh, each);
    return destination ? [{ destination, ...(weight > 0 && { weight }) }] : [];
  });
  const addresses = isEntry ? entryAddresses(mesh, service) : clusterAddresses(mesh, service);
  const ports = service.ports.map(portOf);
  const loadBalancing = loadBalancingOf(service);
  const ipFamilies = familiesOf(service);
  return {
    name: isEntry ? objectName : name,
    namespace,
    hostname,
    ...(addresses.length > 0 && { addresses }),
    ...(ports.length > 0 && { ports }),
    ...(isEntry && serviceAccounts.length > 0 && { subjectAltNames: serviceAccounts }),
    ...(waypoint && { waypoint }),
    ...(weighted.length > 0 && { weightedWaypoints: weighted }),
    ...(loadBalancing && { loadBalancing }),
    ...(ipFamilies && { ipFamilies }),
    ...(canonical && { canonical }),
    ...(waypoint && ingressLabelOf(mesh, service) && { ingressUseWaypoint: true }),
    ...(visibility === 'namespace' && { visibility: 'NAMESPACE' as const }),
  };
}

const clusterAddresses = (mesh: Mesh, { addresses }: Service): NetworkAddress[] =>
  addresses.filter((address) => address !== UNSPECIFIED_ADDRESS).map((address) => networkAddress(mesh, address));

/** Those that the ServiceEntry lists, or else those that the control plane gave to the host. */
function entryAddresses(mesh: Mesh, { field, resolution, autoAllocatedAddresses }: Service): NetworkAddress[] {
  const { spec } = (field.resource as Resource<KindMap['ServiceEntry']>).value;
  const own = spec?.addresses ?? [];
  const given = resolution === 'passthrough' ? [] : autoAllocatedAddresses;
  return (own.length > 0 ? own : given).map((address) => networkAddress(mesh, address));
}

/** istio: toNetworkAddressFromCidr */
function networkAddress(mesh: Mesh, text: string): NetworkAddress {
  const [address = '', bits] = text.split('/');
  const network = localNetwork(mesh);
  const parsed = ipaddr.isValid(address) ? ipaddr.parse(address) : undefined;
  const length =
    bits === undefined || Number(bits) === (parsed?.toByteArray().length ?? 0) * 8 ? undefined : Number(bits);
  return {
    ...(network && { network }),
    address: parsed?.toString() ?? address,
    ...(length !== undefined && { length }),
  };
}

/** A named target port is not sent: each workload has its own number for it. */
function portOf({ number, targetPort = number, protocol }: ServicePort): Port {
  const appProtocol = APP_PROTOCOLS.get(protocol);
  return {
    servicePort: number,
    ...(typeof targetPort === 'number' && targetPort > 0 && { targetPort }),
    ...(appProtocol && { appProtocol }),
  };
}

const APP_PROTOCOLS: ReadonlyMap<Protocol, Port['appProtocol']> = new Map([
  ['HTTP', 'HTTP11'],
  ['HTTP2', 'HTTP2'],
  ['GRPC', 'GRPC'],
  ['TLS', 'TLS'],
  ['HTTPS', 'TLS'],
  ['TCP', 'TCP'],
]);

const SAME_ZONE: readonly Scope[] = ['NETWORK', 'REGION', 'ZONE'];

/** istio: constructService, constructServiceEntries */
function loadBalancingOf(service: Service): LoadBalancing | undefined {
  const { isInCluster, resolution, nodeLocal, trafficDistribution, publishNotReadyAddresses } = service;
  if (!isInCluster && resolution === 'passthrough') return { mode: 'PASSTHROUGH', healthPolicy: 'ALLOW_ALL' };
  const preferred: LoadBalancing | undefined = nodeLocal
    ? { routingPreference: ['NODE'], mode: 'STRICT' }
    : trafficDistribution === 'same-zone'
      ? { routingPreference: SAME_ZONE, mode: 'FAILOVER' }
      : trafficDistribution === 'same-node'
        ? { routingPreference: [...SAME_ZONE, 'SUBZONE', 'NODE'], mode: 'FAILOVER' }
        : undefined;
  return publishNotReadyAddresses ? { ...preferred, healthPolicy: 'ALLOW_ALL' } : preferred;
}

function familiesOf({ isInCluster, field }: Service): ZtunnelService['ipFamilies'] {
  if (!isInCluster) return undefined;
  const { ipFamilies = [] } = (field.resource as Resource<KindMap['Service']>).value.spec ?? {};
  if (ipFamilies.length === 2) return 'DUAL';
  if (ipFamilies.length === 0) return undefined;
  return ipFamilies[0] === 'IPv4' ? 'IPV4_ONLY' : 'IPV6_ONLY';
}

/** The endpoints that a proxy is sent for its clusters: EDS. */
import ipaddr from 'ipaddr.js';
import type { Cluster, ClusterLoadAssignment } from '../envoy/config';
import { ingressWaypoints, waypointHost } from '../mesh/ambient/ambient';
import type { Endpoint, Service } from '../mesh/services/service';
import { endpointsOf } from '../mesh/services/services';
import { policyFor } from '../mesh/traffic/traffic-policy';
import type { Push } from './context';
import { ruleFor } from './destination-rule';
import { type Wanted, asEndpoints, groupsOf, inPreference } from './endpoints/build';
import { from } from './origins';
import { hostPort } from './host-port';
import { HBONE_PORT } from './listeners/hbone';
import { parseSubsetKey } from './subset-key';

/** The endpoints of every cluster that asks for them. */
export const endpoints = (push: Push, clusters: readonly Cluster[]): ClusterLoadAssignment[] =>
  [...new Set(clusters.filter(({ type }) => type === 'EDS').map(askedFor))].map((name) => loadAssignment(push, name));

/** Clusters that EnvoyFilters add may share the endpoints of another one. */
const askedFor = ({ name = '', edsClusterConfig }: Cluster): string => edsClusterConfig?.serviceName || name;

/** istio: EndpointBuilder.BuildClusterLoadAssignment */
function loadAssignment(push: Push, clusterName: string): ClusterLoadAssignment {
  const wanted = wantedBy(push, clusterName);
  if (!wanted) return { clusterName };
  const waypoints = waypointEndpoints(push, wanted);
  if (waypoints) return { clusterName, ...throughWaypoints(push, wanted, waypoints) };
  const groups = groupsOf(push, wanted, served(push, wanted));
  if (groups.length === 0) return { clusterName };
  const viewpoint = { labels: push.proxy.workloadLabels, failsOver: wanted.policy.outlierDetection !== undefined };
  const endpoints = asEndpoints(inPreference(push, wanted, groups, viewpoint));
  return from(push.origins, wanted.service.field, { clusterName, ...(endpoints.length > 0 && { endpoints }) });
}

/** The service and settings behind a cluster's name; nothing, where the proxy knows no such service or port. */
function wantedBy(push: Push, clusterName: string): Wanted | undefined {
  const key = parseSubsetKey(clusterName);
  if (!key) return undefined;
  const service = push.scope.services.get(key.host);
  if (!service?.ports.some(({ number }) => number === key.port)) return undefined;
  const rule = ruleFor(push, key.host);
  const isVip = key.direction === 'inbound-vip';
  const { port } = key;
  const subset = isVip ? key.subset.replace(/^(http|tcp)\/?/, '') : key.subset;
  const declared = rule?.subsets.find(({ value }) => value.name === subset);
  const policy = policyFor(rule?.trafficPolicy, port, declared);
  return { service, port, rule, subset, policy, passesTls: clusterName.startsWith('outbound_'), isVip };
}

/** Those endpoints that serve a port and have an address. Gateways ask for services that they only know by name. */
function served({ mesh }: Push, { service, port }: Wanted): readonly Endpoint[] {
  if (resolvesNames(service)) return [];
  const { name } = service.ports.find(({ number }) => number === port)!;
  return endpointsOf(mesh, service).filter(
    ({ portName, address, port }) => portName === name && (address === '' || port === 0 || ipaddr.isValid(address)),
  );
}

/**
 * The waypoints to which a gateway sends what is for a service, where that asks for it; undefined where the gateway calls the
 * endpoints of the service itself. istio: EndpointBuilder.findServiceWaypoint
 */
function waypointEndpoints({ mesh, proxy, scope }: Push, { service }: Wanted): readonly Endpoint[] | undefined {
  const waypoints = proxy.kind === 'gateway' ? ingressWaypoints(mesh, service) : undefined;
  return waypoints?.flatMap(({ waypoint, weight }) => {
    const own = scope.services.get(waypointHost(mesh, waypoint));
    const port = own?.ports.find(({ number }) => number === HBONE_PORT);
    const endpoints = own && port ? endpointsOf(mesh, own).filter(({ portName }) => portName === port.name) : [];
    if (weight === undefined) return endpoints;
    // Each waypoint gets its share, however many pods it has.
    const share = Math.max(1, Math.floor((weight * 10000) / (endpoints.length || 1)));
    return weight === 0 ? [] : endpoints.map((endpoint) => ({ ...endpoint, weight: share }));
  });
}

function throughWaypoints(push: Push, wanted: Wanted, endpoints: readonly Endpoint[]): ClusterLoadAssignment {
  const [address = ''] = wanted.service.addresses;
  // The labels of a subset are those of the servers, not of their waypoint.
  const groups = groupsOf(push, { ...wanted, subset: '', target: hostPort(address, wanted.port) }, endpoints);
  return groups.length > 0 ? { endpoints: asEndpoints(groups) } : {};
}

const resolvesNames = ({ resolution }: Service): boolean => resolution === 'dns' || resolution === 'dns-round-robin';

/** Whose connections ztunnel carries, and behind which waypoint somebody is. */
import { type Mtls, mtlsOf, workloadPolicy } from '../policies/authentication';
import { isTrue } from '../policies/authorization';
import { allowedNamespaces } from '../gateway-api/listeners';
import { MANAGED, deployedName } from '../gateways/gateway-deployments';
import { serviceHost } from '../services/hostname';
import type { Mesh } from '../mesh';
import type { Attachable } from '../policies/policy-attachment';
import { isCaptured } from '../injection/injection';
import { isWaypoint, runsProxy } from '../workloads/proxy';
import { type Service, UNSPECIFIED_ADDRESS } from '../services/service';
import { namespaceOf } from '../settings/namespaces';
import { type NamedWaypoint, canaryWaypoint, waypointFor, waypointGateway } from './waypoints';
import type { Pod, Workload } from '../workloads/workloads';

/** Whether ztunnel carries what a workload sends and gets. Sidecars, gateways and waypoints see to that themselves. */
export const isCarried = (mesh: Mesh, workload: Workload): boolean =>
  isCaptured(mesh, workload) && !runsProxy(workload) && !isWaypoint(workload);

/**
 * What ztunnel demands of those who connect to a workload in ambient mode. It is what sidecars would, but that a STRICT of the
 * namespace or mesh yields to ports of their own only where one of them is PERMISSIVE.
 * istio: ambient.convertedSelectorPeerAuthentications
 */
export function ztunnelMtls(mesh: Mesh, workload: Attachable, port?: number): Mtls {
  const { mtls, portLevelMtls = {} } = workloadPolicy(mesh, workload)?.value.spec ?? {};
  const whole = mtlsOf(mesh, workload);
  const isInherited = (mtls?.mode ?? 'UNSET') === 'UNSET';
  const yields = Object.values(portLevelMtls).some(({ mode }) => mode === 'PERMISSIVE');
  return isInherited && whole.mode === 'STRICT' && !yields ? whole : mtlsOf(mesh, workload, port);
}

/** A waypoint that stands before somebody; `missing` where it is named, and not in the input. */
export interface Waypoint extends Omit<NamedWaypoint, 'by'> {
  readonly missing: boolean;
}

/** The waypoint for what is sent to the addresses of a service. istio: ambient.fetchWaypointForService */
export function waypointOfService(mesh: Mesh, service: Service): Waypoint | undefined {
  const { namespace, labels, visibility, resolution } = service;
  if (NEVER_BEHIND.has(labels[MANAGED] ?? '') || resolution === 'alias') return undefined;
  const waypoint = boundWaypoint(mesh, waypointFor(mesh, namespace, labels), namespace, FOR_SERVICES);
  // It would show the service to the namespace of the waypoint.
  return visibility === 'namespace' && waypoint?.namespace !== namespace ? undefined : waypoint;
}

/** A waypoint that gets a share of what is sent to a service, in percent. */
export interface WeightedWaypoint {
  readonly waypoint: Waypoint;
  readonly weight: number;
}

/** The waypoint of a service and its canary, where it has one that is usable. istio: ambient.buildWeightedWaypoints */
export function weightedWaypoints(mesh: Mesh, service: Service): readonly WeightedWaypoint[] {
  const primary = waypointOfService(mesh, service);
  const named = primary && !primary.missing ? canaryWaypoint(mesh, service) : undefined;
  if (!primary || named?.weight === undefined || isSame(named.waypoint, primary)) return [];
  const waypoint = boundWaypoint(mesh, named.waypoint, service.namespace, FOR_SERVICES);
  if (!waypoint || waypoint.missing) return [];
  return [
    { waypoint: primary, weight: 100 - named.weight },
    { waypoint, weight: named.weight },
  ];
}

/** Every waypoint that serves a service. */
export function waypointsOfService(mesh: Mesh, service: Service): readonly Waypoint[] {
  const weighted = weightedWaypoints(mesh, service);
  if (weighted.length > 0) return weighted.map(({ waypoint }) => waypoint);
  const only = waypointOfService(mesh, service);
  return only ? [only] : [];
}

const isSame = (one: Omit<NamedWaypoint, 'by'>, other: Omit<NamedWaypoint, 'by'>): boolean =>
  one.name === other.name && one.namespace === other.namespace;

/** The waypoint for what is sent to the address of a pod or machine. istio: ambient.fetchWaypointForWorkload */
export const waypointOfPod = (
  mesh: Mesh,
  { namespace, labels }: Pick<Pod, 'namespace' | 'labels'>,
): Waypoint | undefined => boundWaypoint(mesh, waypointFor(mesh, namespace, labels), namespace, ['workload', 'all']);

/** The waypoints to which gateways send what is for a service, with their shares where there is a canary. */
export function ingressWaypoints(
  mesh: Mesh,
  service: Service,
): readonly { waypoint: Waypoint; weight: number | undefined }[] | undefined {
  const only = ingressWaypoint(mesh, service);
  if (!only || only.missing) return undefined;
  const weighted = weightedWaypoints(mesh, service);
  return weighted.length > 0 ? weighted : [{ waypoint: only, weight: undefined }];
}

/** The host of the Service that is deployed for a waypoint. */
export function waypointHost(mesh: Mesh, waypoint: Waypoint): string {
  const gateway = waypointGateway(mesh, waypoint);
  return serviceHost(gateway ? deployedName(mesh, gateway) : waypoint.name, waypoint.namespace, mesh.domain);
}

/** Whether a service or its namespace has the label by which gateways use its waypoint. */
export const ingressLabelOf = (mesh: Mesh, { labels, namespace }: Service): boolean =>
  isTrue(labels[INGRESS_USE_WAYPOINT] ?? namespaceOf(mesh, namespace).labels[INGRESS_USE_WAYPOINT]);

/** The waypoint to which gateways send what is for a service: only where the service or its namespace asks for it. */
export function ingressWaypoint(mesh: Mesh, service: Service): Waypoint | undefined {
  const [address = UNSPECIFIED_ADDRESS] = service.addresses;
  if (!ingressLabelOf(mesh, service) || address === UNSPECIFIED_ADDRESS) return undefined;
  return waypointOfService(mesh, service);
}

const FOR_SERVICES = ['service', 'all'];
const NEVER_BEHIND = new Set(['istio.io-mesh-controller', 'istio.io-eastwest-controller']);
const INGRESS_USE_WAYPOINT = 'istio.io/ingress-use-waypoint';
const WAYPOINT_FOR = 'istio.io/waypoint-for';

/** What becomes of a named waypoint: one that is for other traffic, or lets nobody of the namespace in, is none. */
function boundWaypoint(
  mesh: Mesh,
  named: Omit<NamedWaypoint, 'by'> | undefined,
  from: string,
  traffic: readonly string[],
): Waypoint | undefined {
  if (!named) return undefined;
  const { name, namespace } = named;
  const gateway = waypointGateway(mesh, named);
  if (!gateway) return { name, namespace, missing: true };
  const { gatewayClassName, listeners = [] } = gateway.value.spec ?? {};
  const ofClass = mesh.all('GatewayClass').find((each) => each.name === gatewayClassName)?.value.metadata.labels;
  const isFor = gateway.metadata.labels?.[WAYPOINT_FOR] ?? ofClass?.[WAYPOINT_FOR] ?? 'service';
  if (!traffic.includes(isFor)) return undefined;
  const listener = listeners.find(({ protocol, port }) => protocol === 'HBONE' && port === 15008);
  const allowed = allowedNamespaces(mesh, namespace, listener?.allowedRoutes);
  return allowed.includes('*') || allowed.includes(from) ? { name, namespace, missing: false } : undefined;
}

/** Whose connections ztunnel carries, and behind which waypoint somebody is. */
import { type Mtls, mtlsOf, workloadPolicy } from './authentication';
import { isTrue } from './authorization';
import { allowedNamespaces } from './gateway-api/listeners';
import type { Mesh } from './mesh';
import type { Attachable } from './policy-attachment';
import { isCaptured } from './injection';
import { isWaypoint, runsProxy } from './proxy';
import { type Service, UNSPECIFIED_ADDRESS } from './service';
import { namespaceOf } from './namespaces';
import { type NamedWaypoint, waypointFor, waypointGateway } from './waypoints';
import type { Pod, Workload } from './workloads';

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
export function waypointOfService(mesh: Mesh, { namespace, labels }: Service): Waypoint | undefined {
  if (NEVER_BEHIND.has(labels[MANAGED] ?? '')) return undefined;
  return boundWaypoint(mesh, waypointFor(mesh, namespace, labels), namespace, ['service', 'all']);
}

/** The waypoint for what is sent to the address of a pod. istio: ambient.fetchWaypointForWorkload */
export const waypointOfPod = (mesh: Mesh, { namespace, labels }: Pod): Waypoint | undefined =>
  boundWaypoint(mesh, waypointFor(mesh, namespace, labels), namespace, ['workload', 'all']);

/** The waypoint to which gateways send what is for a service: only where the service or its namespace asks for it. */
export function ingressWaypoint(mesh: Mesh, service: Service): Waypoint | undefined {
  const asked =
    service.labels[INGRESS_USE_WAYPOINT] ?? namespaceOf(mesh, service.namespace).labels[INGRESS_USE_WAYPOINT];
  const [address = UNSPECIFIED_ADDRESS] = service.addresses;
  if (!isTrue(asked) || address === UNSPECIFIED_ADDRESS) return undefined;
  return waypointOfService(mesh, service);
}

const MANAGED = 'gateway.istio.io/managed';
const NEVER_BEHIND = new Set(['istio.io-mesh-controller', 'istio.io-eastwest-controller']);
const INGRESS_USE_WAYPOINT = 'istio.io/ingress-use-waypoint';
const WAYPOINT_FOR = 'istio.io/waypoint-for';

/** What becomes of a named waypoint: one that is for other traffic, or lets nobody of the namespace in, is none. */
function boundWaypoint(
  mesh: Mesh,
  named: NamedWaypoint | undefined,
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

/** Whose connections ztunnel carries, and behind which waypoint somebody is. */
import { isTrue } from '../policies/authorization';
import { allowedNamespaces } from '../gateway-api/listeners';
import { MANAGED, deployedName } from '../gateways/gateway-deployments';
import { serviceHost } from '../services/hostname';
import type { Mesh } from '../mesh';
import { isCaptured } from '../injection/injection';
import { isWaypoint, runsProxy } from '../workloads/proxy';
import { type Service, UNSPECIFIED_ADDRESS } from '../services/service';
import { namespaceOf } from '../settings/namespaces';
import {
  type CanaryWaypoint,
  type NamedWaypoint,
  NO_WAYPOINT,
  USE_WAYPOINT,
  canaryWaypoint,
  waypointFor,
  waypointGateway,
} from './waypoints';
import type { Labels } from '../workloads/labels';
import type { Pod, Workload } from '../workloads/workloads';

/** Whether ztunnel carries what a workload sends and gets. Sidecars, gateways and waypoints see to that themselves. */
export const isCarried = (mesh: Mesh, workload: Workload): boolean =>
  isCaptured(mesh, workload) && !runsProxy(workload) && !isWaypoint(workload);

/** A waypoint that stands before somebody; `missing` where it is named, and not in the input. */
export interface Waypoint extends Omit<NamedWaypoint, 'by'> {
  readonly missing: boolean;
}

/** Which waypoint serves a Service or workload, or why none does. */
export type WaypointBinding =
  | { readonly kind: 'served'; readonly waypoint: NamedWaypoint }
  /** Neither the object nor its namespace names one. */
  | { readonly kind: 'none named' }
  /** The object has the label with the value `none`. */
  | { readonly kind: 'opted out' }
  /** It leads to a waypoint or an east-west gateway, which are never behind a waypoint themselves. */
  | { readonly kind: 'leads to gateway' }
  /** An ExternalName Service is only another name, so it has no addresses that ztunnel could take for it. */
  | { readonly kind: 'only a name' }
  /** The Gateway that is named is not in the input. */
  | { readonly kind: 'missing'; readonly waypoint: NamedWaypoint }
  /** The waypoint is for other traffic: the value of its label `istio.io/waypoint-for`. */
  | { readonly kind: 'other traffic'; readonly waypoint: NamedWaypoint; readonly isFor: string }
  /** The waypoint's listener does not allow the namespace. */
  | { readonly kind: 'not allowed'; readonly waypoint: NamedWaypoint }
  /** The waypoint lies in another namespace, and MeshConfig shows the ServiceEntry to its own namespace only. */
  | { readonly kind: 'hidden'; readonly waypoint: NamedWaypoint };

/** The waypoint for what is sent to the addresses of a service. istio: ambient.fetchWaypointForService */
export function bindingOfService(mesh: Mesh, service: Service): WaypointBinding {
  const { namespace, labels, visibility, resolution } = service;
  if (NEVER_BEHIND.has(labels[MANAGED] ?? '')) return { kind: 'leads to gateway' };
  if (resolution === 'alias') return { kind: 'only a name' };
  const binding = bindingOf(mesh, namespace, labels, FOR_SERVICES);
  // It would show the service to the namespace of the waypoint.
  if (binding.kind !== 'served' || visibility !== 'namespace' || binding.waypoint.namespace === namespace)
    return binding;
  return { kind: 'hidden', waypoint: binding.waypoint };
}

/** The same of what is sent to the address of a pod or machine. istio: ambient.fetchWaypointForWorkload */
export const bindingOfPod = (mesh: Mesh, { namespace, labels }: Pick<Pod, 'namespace' | 'labels'>): WaypointBinding =>
  bindingOf(mesh, namespace, labels, FOR_WORKLOADS);

/** The waypoint that a namespace names for what lies in it, whichever traffic that waypoint is for. */
export const bindingOfNamespace = (mesh: Mesh, namespace: string): WaypointBinding =>
  bindingOf(mesh, namespace, {}, [...FOR_SERVICES, ...FOR_WORKLOADS]);

/** The waypoint of a service; undefined where none serves it. */
export const waypointOfService = (mesh: Mesh, service: Service): Waypoint | undefined =>
  waypointIn(bindingOfService(mesh, service));

function waypointIn(binding: WaypointBinding): Waypoint | undefined {
  if (binding.kind !== 'served' && binding.kind !== 'missing') return undefined;
  const { name, namespace } = binding.waypoint;
  return { name, namespace, missing: binding.kind === 'missing' };
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
  if (!primary || named?.weight === undefined || isSameWaypoint(named.waypoint, primary)) return [];
  const waypoint = waypointIn(bindingOfCanary(mesh, service, named));
  if (!waypoint || waypoint.missing) return [];
  return [
    { waypoint: primary, weight: 100 - named.weight },
    { waypoint, weight: named.weight },
  ];
}

/** Whether the second waypoint that a service names could serve it. */
export const bindingOfCanary = (mesh: Mesh, service: Service, { waypoint }: CanaryWaypoint): WaypointBinding =>
  bound(mesh, { ...waypoint, by: 'object' }, service.namespace, FOR_SERVICES);

/** Every waypoint that serves a service. */
export function waypointsOfService(mesh: Mesh, service: Service): readonly Waypoint[] {
  const weighted = weightedWaypoints(mesh, service);
  if (weighted.length > 0) return weighted.map(({ waypoint }) => waypoint);
  const only = waypointOfService(mesh, service);
  return only ? [only] : [];
}

/** Whether two waypoints are the same Gateway. */
export const isSameWaypoint = (one: Omit<NamedWaypoint, 'by'>, other: Omit<NamedWaypoint, 'by'>): boolean =>
  one.name === other.name && one.namespace === other.namespace;

/** The waypoint of a pod or machine; undefined where none serves it. */
export const waypointOfPod = (mesh: Mesh, pod: Pick<Pod, 'namespace' | 'labels'>): Waypoint | undefined =>
  waypointIn(bindingOfPod(mesh, pod));

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
  if (!ingressLabelOf(mesh, service) || !hasAddress(service)) return undefined;
  return waypointOfService(mesh, service);
}

/** Whether the control plane takes a service for one with an address: also a headless Service. istio: Service.HasAddressOrAssigned */
function hasAddress({ isInCluster, addresses, autoAllocatedAddresses }: Service): boolean {
  if (isInCluster || autoAllocatedAddresses.length > 0) return true;
  return (addresses[0] ?? UNSPECIFIED_ADDRESS) !== UNSPECIFIED_ADDRESS;
}

const FOR_SERVICES = ['service', 'all'];
const FOR_WORKLOADS = ['workload', 'all'];
const NEVER_BEHIND = new Set(['istio.io-mesh-controller', 'istio.io-eastwest-controller']);
/** The label by which gateways send requests for a service to its waypoint. */
export const INGRESS_USE_WAYPOINT = 'istio.io/ingress-use-waypoint';
const WAYPOINT_FOR = 'istio.io/waypoint-for';

function bindingOf(mesh: Mesh, namespace: string, labels: Labels, traffic: readonly string[]): WaypointBinding {
  const named = waypointFor(mesh, namespace, labels);
  if (named) return bound(mesh, named, namespace, traffic);
  return { kind: labels[USE_WAYPOINT] === NO_WAYPOINT ? 'opted out' : 'none named' };
}

/** What becomes of a named waypoint. */
function bound(mesh: Mesh, waypoint: NamedWaypoint, from: string, traffic: readonly string[]): WaypointBinding {
  const gateway = waypointGateway(mesh, waypoint);
  if (!gateway) return { kind: 'missing', waypoint };
  const { gatewayClassName, listeners = [] } = gateway.value.spec ?? {};
  const ofClass = mesh.all('GatewayClass').find((each) => each.name === gatewayClassName)?.value.metadata.labels;
  const isFor = gateway.metadata.labels?.[WAYPOINT_FOR] ?? ofClass?.[WAYPOINT_FOR] ?? 'service';
  if (!traffic.includes(isFor)) return { kind: 'other traffic', waypoint, isFor };
  const listener = listeners.find(({ protocol, port }) => protocol === 'HBONE' && port === 15008);
  const allowed = allowedNamespaces(mesh, waypoint.namespace, listener?.allowedRoutes);
  return { kind: allowed.includes('*') || allowed.includes(from) ? 'served' : 'not allowed', waypoint };
}

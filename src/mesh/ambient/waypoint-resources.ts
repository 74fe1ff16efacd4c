/** What a waypoint serves: the services and workloads that name it. */
import { isCarried, waypointOfPod, waypointsOfService } from './ambient';
import { GATEWAY_NAME } from '../gateways/gateway-deployments';
import { addTo } from '../grouping';
import { alphabetically } from '../services/hostname';
import type { KindMap } from '../../schema/kinds';
import type { Resource } from '../../source/resource';
import { configs } from '../settings/configs';
import { CLUSTER } from '../workloads/locality';
import { perMesh } from '../memo';
import type { Mesh } from '../mesh';
import { isWaypoint, type Proxy } from '../workloads/proxy';
import { type WorkloadInstance, workloadEntries } from '../registry/workload-instances';
import type { Endpoint, Service } from '../services/service';
import { services, servicesByHost } from '../services/services';
import { type Pod, TUNNEL, pods } from '../workloads/workloads';

/** Services, the oldest first, and the addresses of workloads. istio: findWaypointResources */
export interface WaypointResources {
  readonly services: readonly Service[];
  readonly workloads: readonly ServedWorkload[];
}

/** A pod, WorkloadEntry or endpoint of a ServiceEntry that a waypoint serves. */
export interface ServedWorkload {
  /** The name that ztunnels and waypoints know it by. */
  readonly uid: string;
  /** An IP address; a host name or nothing where it was written down so. */
  readonly address: string;
}

/** The name of a pod among the workloads of all clusters. */
export const podUid = ({ namespace, name }: Pick<Pod, 'namespace' | 'name'>): string =>
  `${CLUSTER}//Pod/${namespace}/${name}`;

/** The same of a WorkloadEntry. */
export const entryUid = ({ namespace, name }: Pick<WorkloadInstance, 'namespace' | 'name'>): string =>
  `${CLUSTER}/networking.istio.io/WorkloadEntry/${namespace}/${name}`;

/** The same of an endpoint that a ServiceEntry lists. */
export const endpointUid = (
  { namespace, name }: Pick<WorkloadInstance, 'namespace' | 'name'>,
  address: string,
): string => `${CLUSTER}/networking.istio.io/ServiceEntry/${namespace}/${name}/${address}`;

const NOTHING: WaypointResources = { services: [], workloads: [] };

const keyOf = ({ name, namespace }: { name: string; namespace: string }): string => `${namespace}/${name}`;

const servicesByWaypoint = perMesh((mesh) => {
  const found = new Map<string, Service[]>();
  for (const service of services(mesh)) {
    if (servicesByHost(mesh).get(service.hostname)?.get(service.namespace) !== service) continue;
    // Names that are resolved one by one are only for what is outside.
    if (service.resolution === 'dynamic-dns' && !service.meshExternal) continue;
    for (const waypoint of waypointsOfService(mesh, service)) addTo(found, keyOf(waypoint), service);
  }
  return found;
});

/** The ServiceEntries whose hosts are known, so that their endpoints are too. */
const listingServiceEntries = (mesh: Mesh): readonly Resource<KindMap['ServiceEntry']>[] => {
  const known = new Set(services(mesh).map(({ field }) => field.resource));
  return configs(mesh, 'ServiceEntry').filter((entry) => known.has(entry));
};

const workloadsByWaypoint = perMesh((mesh) => {
  const found = new Map<string, ServedWorkload[]>();
  for (const pod of pods(mesh)) {
    const waypoint = isWaypoint(pod.workload) ? undefined : waypointOfPod(mesh, pod);
    if (waypoint) addTo(found, keyOf(waypoint), { uid: podUid(pod), address: pod.ip });
  }
  for (const entry of workloadEntries(mesh)) {
    const { labels, address } = entry.endpoint;
    const waypoint = waypointOfPod(mesh, { namespace: entry.namespace, labels });
    if (waypoint) addTo(found, keyOf(waypoint), { uid: entryUid(entry), address });
  }
  for (const entry of listingServiceEntries(mesh)) {
    for (const { address = '', labels = {} } of entry.value.spec?.endpoints ?? []) {
      const waypoint = waypointOfPod(mesh, { namespace: entry.namespace, labels });
      if (waypoint) addTo(found, keyOf(waypoint), { uid: endpointUid(entry, address), address });
    }
  }
  for (const workloads of found.values()) workloads.sort((one, other) => alphabetically(one.uid, other.uid));
  return found;
});

/** What a waypoint proxy serves; nothing, where it is not one of a Gateway. */
export function waypointResources(mesh: Mesh, { namespace, labels }: Proxy): WaypointResources {
  const gateway = labels[GATEWAY_NAME];
  if (gateway === undefined) return NOTHING;
  const key = keyOf({ name: gateway, namespace });
  return { services: servicesByWaypoint(mesh).get(key) ?? [], workloads: workloadsByWaypoint(mesh).get(key) ?? [] };
}

/** The addresses at which ztunnel takes connections for pods. */
const carriedAddresses = perMesh(
  (mesh) => new Set(pods(mesh).flatMap(({ workload, ip }) => (isCarried(mesh, workload) ? [ip] : []))),
);

/** Whether HBONE can be spoken to an endpoint: its own proxy takes it, or a ztunnel for it. istio: AllInstancesSupportHBONE */
export const takesTunnels = (mesh: Mesh, { labels, address }: Endpoint): boolean =>
  (labels[TUNNEL]?.split(',').includes('http') ?? false) || carriedAddresses(mesh).has(address);

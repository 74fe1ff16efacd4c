/** Where services come from. Another platform is another entry in this list. */
import type { Mesh } from '../mesh';
import type { Endpoint, Service, ServiceTarget } from '../services/service';
import type { Pod } from '../workloads/workloads';
import * as kubernetes from './kubernetes';
import * as kubernetesEndpoints from './kubernetes-endpoints';
import * as serviceEntry from './service-entry';
import * as serviceEntryEndpoints from './service-entry-endpoints';
import type { WorkloadInstance } from './workload-instances';

/** One source of services. */
export interface Registry {
  services(mesh: Mesh): readonly Service[];
  /** What the services of a key (`serviceKey`) lead to. */
  endpoints(mesh: Mesh, key: string): readonly Endpoint[];
  /** The ports of services that a pod serves. */
  targetsOfPod(mesh: Mesh, pod: Pod): readonly ServiceTarget[];
  /** The ports of services that a workload outside the cluster serves. */
  targetsOfEntry(mesh: Mesh, entry: WorkloadInstance): readonly ServiceTarget[];
}

/** In the order in which Istio asks them. */
export const registries: readonly Registry[] = [
  {
    services: kubernetes.services,
    endpoints: kubernetesEndpoints.endpoints,
    targetsOfPod: kubernetesEndpoints.targetsOfPod,
    targetsOfEntry: kubernetesEndpoints.targetsOfEntry,
  },
  {
    services: serviceEntry.services,
    endpoints: serviceEntryEndpoints.endpoints,
    targetsOfPod: (mesh, { namespace, ip }) => serviceEntryEndpoints.targetsOfAddress(mesh, namespace, ip),
    targetsOfEntry: (mesh, { namespace, endpoint }) =>
      serviceEntryEndpoints.targetsOfAddress(mesh, namespace, endpoint.address),
  },
];

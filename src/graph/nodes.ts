/** The points of the graph, and the names by which edges know them. */
import { isCarried } from '../mesh/ambient/ambient';
import type { Mesh } from '../mesh/mesh';
import { runsProxy } from '../mesh/workloads/proxy';
import type { Service } from '../mesh/services/service';
import { services } from '../mesh/services/services';
import { configs } from '../mesh/settings/configs';
import { meshConfig } from '../mesh/settings/mesh-config';
import { spiffe } from '../mesh/policies/spiffe';
import type { Workload } from '../mesh/workloads/workloads';
import { callers } from './client-classes';
import type { Node } from './connection';

export const gatewayId = (name: string): string => `gateway ${name}`;
export const serviceId = ({ namespace, name }: Service): string => `service ${namespace}/${name}`;
export const workloadId = ({ namespace, name }: Workload): string => `workload ${namespace}/${name}`;
/** Every workload, or every one of a namespace. */
export const clientsId = (namespace: string): string => `clients ${namespace || '*'}`;

/** Everything that edges may name, but clients. */
export function nodes(mesh: Mesh): readonly Node[] {
  return [
    ...configs(mesh, 'Gateway').map((gateway): Node => {
      const { name, namespace } = gateway;
      return {
        id: gatewayId(`${namespace}/${name}`),
        kind: 'gateway',
        name,
        namespace,
        place: gateway.at(['metadata', 'name']),
      };
    }),
    ...services(mesh).map(serviceNode),
    ...callers(mesh).map((workload) => workloadNode(mesh, workload)),
  ];
}

function serviceNode(service: Service): Node {
  const { name, namespace, isInCluster, field: place } = service;
  return { id: serviceId(service), kind: isInCluster ? 'service' : 'external', name, namespace, place };
}

/** The SPIFFE identity of a workload. */
export const identityOf = (mesh: Mesh, { namespace, pods: [pod] }: Workload): string =>
  spiffe(meshConfig(mesh).trustDomain, namespace, pod?.serviceAccount ?? 'default');

function workloadNode(mesh: Mesh, workload: Workload): Node {
  const { name, namespace, template: place } = workload;
  const isAmbient = isCarried(mesh, workload);
  const how = {
    proxy: runsProxy(workload),
    ...((runsProxy(workload) || isAmbient) && { identity: identityOf(mesh, workload) }),
    ...(isAmbient && { ambient: true as const }),
  };
  return { id: workloadId(workload), kind: 'workload', name, namespace, ...how, place };
}

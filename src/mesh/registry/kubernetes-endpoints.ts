/** The endpoints behind Kubernetes Services, and the Services that a pod serves. */
import { groupBy } from '../grouping';
import { LabelIndex, selectsSome } from '../workloads/labels';
import { networkOf, withPlace } from '../workloads/locality';
import { perMesh } from '../memo';
import type { Mesh } from '../mesh';
import { type Endpoint, type Service, type ServicePort, type ServiceTarget, serviceKey } from '../services/service';
import { type Pod } from '../workloads/workloads';
import { type SliceEndpoint, slicesOf } from './endpoint-slices';
import { type ClusterService, clusterServices } from './kubernetes';
import { type WorkloadInstance, containerPorts, instancesOfPods, workloadEntries } from './workload-instances';
import { own } from '../../source/own';

const byKey = perMesh((mesh) => new Map(clusterServices(mesh).map((each) => [serviceKey(each.service), each])));
const byNamespace = perMesh((mesh) => groupBy(clusterServices(mesh), ({ service }) => service.namespace));

const entriesByNamespace = perMesh((mesh) => {
  const usable = workloadEntries(mesh).filter(({ nameOnly }) => !nameOnly);
  const groups = groupBy(usable, ({ namespace }) => namespace);
  return new Map(
    [...groups].map(([namespace, entries]) => [namespace, new LabelIndex(entries, ({ endpoint }) => endpoint.labels)]),
  );
});

/** What a Service of this host and namespace leads to. istio: kube controller buildEndpointsForService */
export function endpoints(mesh: Mesh, key: string): readonly Endpoint[] {
  const known = byKey(mesh).get(key);
  // Endpoints of a service that nobody may see are not handed out. istio: serviceNeedsPush
  if (!known || known.service.exportTo.has('~')) return [];
  const ofSlices = slicesOf(mesh, known.resource).flatMap((slice) =>
    slice.endpoints.flatMap((endpoint) => {
      const common = commonOf(mesh, endpoint);
      if (!common) return [];
      return slice.ports.map(({ name, number }) => ({
        ...common,
        port: number,
        portName: name,
        portNumber: undefined,
      }));
    }),
  );
  return [...distinct(ofSlices), ...ofEntries(mesh, known.service)];
}

/** Slices may name an address twice. istio: endpointSliceCache.get */
function distinct(all: readonly Endpoint[]): Endpoint[] {
  const seen = new Set<string>();
  return all.filter(({ address, portName }) => {
    const key = `${address} ${portName}`;
    return !seen.has(key) && seen.add(key);
  });
}

function commonOf(
  mesh: Mesh,
  { address, health, pod, needsPod, field }: SliceEndpoint,
): WorkloadInstance['endpoint'] | undefined {
  const instance = pod && instancesOfPods(mesh).get(pod);
  if (instance) return { ...instance.endpoint, address, health, field };
  if (needsPod) return undefined;
  const network = networkOf(mesh, address, {});
  return {
    address,
    labels: withPlace({}, '', '', network),
    serviceAccount: '',
    network,
    locality: '',
    tlsMode: 'disabled',
    workloadName: '',
    namespace: '',
    weight: 0,
    health,
    nodeName: '',
    hostname: '',
    subdomain: '',
    field,
  };
}

/** The WorkloadEntries that a Service selects. istio: kube controller collectWorkloadInstanceEndpoints */
function ofEntries(mesh: Mesh, service: Service): Endpoint[] {
  const { selector, resolution, namespace } = service;
  if (resolution !== 'static' || !selector || Object.keys(selector).length === 0) return [];
  const chosen = entriesByNamespace(mesh).get(namespace)?.select(selector) ?? [];
  return service.ports.flatMap((port) =>
    chosen.flatMap((entry) => {
      const number = portOfEntry(port, entry);
      return number === undefined
        ? []
        : [{ ...entry.endpoint, port: number, portName: port.name, portNumber: undefined }];
    }),
  );
}

/** On which port an entry serves a port of a Service. istio: serviceInstanceFromWorkloadInstance */
function portOfEntry({ name, number, targetPort }: ServicePort, { ports }: WorkloadInstance): number | undefined {
  if (typeof targetPort === 'string') return own(ports, targetPort) || undefined;
  return own(ports, name) || targetPort || number;
}

/** The ports of Services that a pod serves. istio: kube controller GetProxyServiceTargets */
export function targetsOfPod(mesh: Mesh, pod: Pod): ServiceTarget[] {
  const selecting = servicesSelecting(mesh, pod);
  if (selecting.length > 0) return selecting.flatMap(({ service }) => targetsOfService(service, pod));
  return (byNamespace(mesh).get(pod.namespace) ?? []).flatMap(({ service }) => {
    const ours = endpoints(mesh, serviceKey(service)).filter(({ address }) => address === pod.ip);
    return ours.flatMap((endpoint) => {
      const port = service.ports.find(({ name }) => name === endpoint.portName);
      return port ? [{ service, port, targetPort: endpoint.port }] : [];
    });
  });
}

/** The Services whose selector chooses a pod. */
const servicesSelecting = (mesh: Mesh, { namespace, labels }: Pick<Pod, 'namespace' | 'labels'>): ClusterService[] =>
  (byNamespace(mesh).get(namespace) ?? []).filter(({ service }) => selectsSome(service.selector, labels));

/** Ports that lead to the same port with the same protocol count once. istio: GetProxyServiceTargetsByPod */
function targetsOfService(service: Service, pod: Pod): ServiceTarget[] {
  const found = new Map<string, ServiceTarget>();
  for (const port of service.ports) {
    const targetPort = findPort(pod, port);
    const key = `${targetPort} ${port.protocol}`;
    if (targetPort !== undefined && !found.has(key)) found.set(key, { service, port, targetPort });
  }
  return [...found.values()];
}

/** istio: kube controller FindPort */
function findPort(pod: Pod, { targetPort, protocol }: ServicePort): number | undefined {
  if (typeof targetPort === 'number') return targetPort;
  const transport = protocol === 'UDP' ? 'UDP' : 'TCP';
  const ports = containerPorts(pod);
  return ports.find((port) => port.name === targetPort && (port.protocol ?? 'TCP') === transport)?.containerPort;
}

/** The ports of Services that a WorkloadEntry serves. istio: kube controller serviceTargetsFromWorkloadInstance */
export function targetsOfEntry(mesh: Mesh, entry: WorkloadInstance): ServiceTarget[] {
  const selecting = servicesSelecting(mesh, { namespace: entry.namespace, labels: entry.endpoint.labels });
  return selecting.flatMap(({ service }) =>
    service.resolution !== 'static'
      ? []
      : service.ports.flatMap((port) => {
          const targetPort = port.protocol === 'UDP' ? undefined : portOfEntry(port, entry);
          return targetPort === undefined ? [] : [{ service, port, targetPort }];
        }),
  );
}

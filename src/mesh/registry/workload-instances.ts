/** Addresses that services may choose by labels: pods, WorkloadEntries, and the endpoints of ServiceEntries. */
import ipaddr from 'ipaddr.js';
import type { KindMap } from '../../schema/kinds';
import type { Field } from '../../source/field';
import type { Resource } from '../../source/resource';
import { localityLabel, localityOf, networkOf, withPlace } from '../workloads/locality';
import { perMesh } from '../memo';
import type { Mesh } from '../mesh';
import { meshConfig } from '../settings/mesh-config';
import { isDiscovered } from '../settings/namespaces';
import type { Endpoint } from '../services/service';
import { spiffe } from '../policies/spiffe';
import { type Pod, TLS_MODE, pods } from '../workloads/workloads';
import { put } from '../../source/own';

/** An address without a port of a service yet. istio: model.WorkloadInstance */
export interface WorkloadInstance {
  readonly kind: 'Pod' | 'WorkloadEntry';
  readonly name: string;
  readonly namespace: string;
  readonly endpoint: Omit<Endpoint, 'port' | 'portName' | 'portNumber'>;
  /** Its ports by name. */
  readonly ports: Readonly<Record<string, number>>;
  /** A host name or a socket in the file system: only ServiceEntries that resolve names can choose it. */
  readonly nameOnly: boolean;
}

/** What WorkloadEntries and the endpoints of ServiceEntries have in common. */
export interface WorkloadAddress {
  address?: string;
  ports?: Record<string, number>;
  labels?: Record<string, string>;
  network?: string;
  locality?: string;
  weight?: number;
  serviceAccount?: string;
}

/** An address that was written down. istio: serviceentry.convertWorkloadEntryToWorkloadInstance */
export function instanceOfAddress(
  mesh: Mesh,
  entry: WorkloadAddress,
  { name, workloadName = name, namespace }: { name: string; workloadName?: string; namespace: string },
  field: Field,
): WorkloadInstance {
  const { address = '', labels = {}, serviceAccount = '' } = entry;
  const locality = entry.locality || localityLabel(labels);
  const network = entry.network || networkOf(mesh, address, labels);
  return {
    kind: 'WorkloadEntry',
    name,
    namespace,
    endpoint: {
      address,
      labels: withPlace(labels, locality, '', network),
      serviceAccount: serviceAccount && spiffe(meshConfig(mesh).trustDomain, namespace, serviceAccount),
      network: entry.network ?? '',
      locality,
      tlsMode: labels[TLS_MODE] ?? (serviceAccount ? 'istio' : 'disabled'),
      workloadName,
      namespace,
      weight: entry.weight ?? 0,
      health: 'healthy',
      nodeName: '',
      hostname: '',
      subdomain: '',
      field,
    },
    ports: entry.ports ?? {},
    nameOnly: address !== '' && !ipaddr.isValid(address),
  };
}

/** What stands for each pod. istio: kube controller EndpointBuilder, PodCache.notifyWorkloadHandlers */
export const instancesOfPods: (mesh: Mesh) => ReadonlyMap<Pod, WorkloadInstance> = perMesh(
  (mesh) => new Map(pods(mesh).map((pod) => [pod, instanceOfPod(mesh, pod)])),
);

function instanceOfPod(mesh: Mesh, pod: Pod): WorkloadInstance {
  const { nodeName = '', subdomain = '', hostname = pod.name } = pod.template.value.spec ?? {};
  const locality = localityOf(mesh, pod.labels, nodeName);
  const network = networkOf(mesh, pod.ip, pod.labels);
  return {
    kind: 'Pod',
    name: pod.name,
    namespace: pod.namespace,
    endpoint: {
      address: pod.ip,
      labels: withPlace(pod.labels, locality, nodeName, network),
      serviceAccount: spiffe(meshConfig(mesh).trustDomain, pod.namespace, pod.serviceAccount),
      network,
      locality,
      tlsMode: pod.labels[TLS_MODE] ?? 'disabled',
      workloadName: pod.labels['service.istio.io/workload-name'] ?? pod.workload.name,
      namespace: pod.namespace,
      weight: 0,
      health: 'healthy',
      nodeName,
      hostname: subdomain && hostname,
      subdomain,
      field: pod.template,
    },
    ports: namedPorts(pod),
    nameOnly: false,
  };
}

/** The TCP ports that a pod's containers name; of several with one name the first counts. istio: getPortMap */
function namedPorts(pod: Pod): Record<string, number> {
  const named: Record<string, number> = {};
  for (const { name, containerPort, protocol = 'TCP' } of containerPorts(pod))
    if (name && containerPort && protocol === 'TCP' && !Object.hasOwn(named, name)) put(named, name, containerPort);
  return named;
}

/** The ports of a pod's containers, sidecars among its init containers included. */
export function containerPorts({ template }: Pod) {
  const { containers = [], initContainers = [] } = template.value.spec ?? {};
  const sidecars = initContainers.filter(({ restartPolicy }) => restartPolicy === 'Always');
  return [...containers, ...sidecars].flatMap(({ ports = [] }) => ports);
}

/** Every WorkloadEntry that may take traffic. istio: serviceentry controller buildCollections */
export const workloadEntries: (mesh: Mesh) => readonly WorkloadInstance[] = perMesh((mesh) =>
  mesh
    .all('WorkloadEntry')
    .filter((entry) => isDiscovered(mesh, entry.namespace) && isHealthy(entry))
    .map((entry) => instanceOfEntry(mesh, entry)),
);

type WorkloadEntry = Resource<KindMap['WorkloadEntry']>;

/** What stands for one WorkloadEntry. */
export function instanceOfEntry(mesh: Mesh, entry: WorkloadEntry): WorkloadInstance {
  const { metadata, spec = {} } = entry.value;
  const labels: Record<string, string> = { ...spec.labels, ...metadata.labels };
  const workloadName =
    metadata.annotations?.['istio.io/autoRegistrationGroup'] ??
    metadata.labels?.['service.istio.io/workload-name'] ??
    entry.name;
  const identity = { name: entry.name, workloadName, namespace: entry.namespace };
  return instanceOfAddress(mesh, { ...spec, labels }, identity, entry.root);
}

/** One whose health is checked takes no traffic before a check has passed. istio: serviceentry.isHealthy */
function isHealthy({ value: { metadata, status } }: WorkloadEntry): boolean {
  if (metadata.annotations?.['proxy.istio.io/health-checks-enabled'] !== 'true') return true;
  return status?.conditions?.some(({ type, status }) => type === 'Healthy' && status === 'True') ?? false;
}

/** The endpoint slices of Kubernetes Services: those in the input, or those that the cluster's controllers would make. */
import type { KindMap } from '../../schema/kinds';
import type { Field } from '../../source/field';
import type { Resource } from '../../source/resource';
import { addTo, groupBy } from '../grouping';
import { perMesh } from '../memo';
import type { Mesh } from '../mesh';
import type { Health } from '../services/service';
import { type Pod, podsSelected, pods } from '../workloads/workloads';

/** Addresses that serve the same ports of a Service. */
export interface Slice {
  readonly ports: readonly { readonly name: string; readonly number: number }[];
  readonly endpoints: readonly SliceEndpoint[];
}

/** One address of a slice. */
export interface SliceEndpoint {
  readonly address: string;
  readonly health: Health;
  readonly pod: Pod | undefined;
  /** It names a pod, so without that pod it is nothing. */
  readonly needsPod: boolean;
  readonly field: Field;
}

type KubernetesService = Resource<KindMap['Service']>;

const given = perMesh((mesh) => {
  const found = new Map<string, Slice[]>();
  for (const slice of mesh.all('EndpointSlice')) {
    const service = slice.value.metadata.labels?.['kubernetes.io/service-name'];
    if (service && slice.value.addressType !== 'FQDN')
      addTo(found, `${slice.namespace}/${service}`, givenSlice(mesh, slice));
  }
  for (const endpoints of mesh.all('Endpoints')) {
    const key = `${endpoints.namespace}/${endpoints.name}`;
    if (!found.has(key)) found.set(key, mirrored(mesh, endpoints));
  }
  return found;
});

/** The slices of a Service. */
export const slicesOf = (mesh: Mesh, service: KubernetesService): readonly Slice[] =>
  given(mesh).get(`${service.namespace}/${service.name}`) ?? madeUp(mesh, service);

function givenSlice(mesh: Mesh, slice: Resource<KindMap['EndpointSlice']>): Slice {
  const { ports = [], endpoints = [] } = slice.value;
  return {
    ports: ports.map(({ name = '', port = 0 }) => ({ name, number: port })),
    endpoints: endpoints.flatMap(({ addresses = [], conditions = {}, targetRef }, index) =>
      addresses.map((address) => ({
        address,
        health: healthOf(conditions),
        ...podBehind(mesh, slice.namespace, address, targetRef),
        field: slice.at(['endpoints', index]),
      })),
    ),
  };
}

type Conditions = NonNullable<NonNullable<KindMap['EndpointSlice']['endpoints']>[number]['conditions']>;

/** istio: endpointHealthStatus, before it asks whether the Service keeps sessions */
function healthOf({ ready = true, serving = true, terminating = true }: Conditions): Health {
  if (ready) return 'healthy';
  if (!terminating) return 'unhealthy';
  return serving ? 'draining' : 'terminating';
}

/** What the controller that mirrors Endpoints into slices makes of them. */
function mirrored(mesh: Mesh, endpoints: Resource<KindMap['Endpoints']>): Slice[] {
  const { subsets = [] } = endpoints.value;
  return subsets.map(({ addresses = [], ports = [] }, subset) => ({
    ports: ports.map(({ name = '', port = 0 }) => ({ name, number: port })),
    endpoints: addresses.map(({ ip: address = '', targetRef }, index) => ({
      address,
      health: 'healthy',
      ...podBehind(mesh, endpoints.namespace, address, targetRef),
      field: endpoints.at(['subsets', subset, 'addresses', index]),
    })),
  }));
}

/** What the endpoint controller makes of the pods that a Service selects: a slice for those that resolve its ports alike. */
function madeUp(mesh: Mesh, service: KubernetesService): Slice[] {
  const { selector = {}, ports = [], type } = service.value.spec ?? {};
  if (Object.keys(selector).length === 0 || type === 'ExternalName') return [];
  const resolved = podsSelected(mesh, selector, service.namespace).map((pod) => ({
    pod,
    ports: ports.flatMap(({ name = '', port = 0, targetPort = port }) => {
      const number = typeof targetPort === 'number' ? targetPort : portNamed(pod, targetPort);
      return number ? [{ name, number }] : [];
    }),
  }));
  const alike = groupBy(resolved, (each) => JSON.stringify(each.ports));
  return [...alike.values()].map((group) => ({
    ports: group[0]!.ports,
    endpoints: group.map(({ pod }) => ({
      address: pod.ip,
      health: 'healthy',
      pod,
      needsPod: true,
      field: pod.template,
    })),
  }));
}

function portNamed({ template }: Pod, name: string): number | undefined {
  const ports = template.value.spec?.containers?.flatMap((container) => container.ports ?? []);
  return ports?.find((port) => port.name === name)?.containerPort;
}

const podsByName = perMesh((mesh) => new Map(pods(mesh).map((pod) => [`${pod.namespace}/${pod.name}`, pod])));
const podsByAddress = perMesh((mesh) => groupBy(pods(mesh), ({ ip }) => ip));

type Reference = { kind?: string; name?: string; namespace?: string } | undefined;

/** istio: kube controller getPod */
function podBehind(
  mesh: Mesh,
  namespace: string,
  address: string,
  reference: Reference,
): Pick<SliceEndpoint, 'pod' | 'needsPod'> {
  if (reference?.kind === 'Pod')
    return { pod: podsByName(mesh).get(`${reference.namespace ?? namespace}/${reference.name}`), needsPod: true };
  const candidates = podsByAddress(mesh).get(address) ?? [];
  return { pod: candidates.find((pod) => pod.namespace === namespace), needsPod: false };
}

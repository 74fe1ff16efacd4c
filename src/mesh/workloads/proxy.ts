/** The proxies of the mesh: the sidecars of its workloads, its gateways, and its waypoints. */
import type { Field } from '../../source/field';
import { gatewayConfigs } from '../gateways/gateway-configs';
import { GATEWAY_NAME, MANAGED, WAYPOINT_MANAGED } from '../gateways/gateway-deployments';
import { groupBy } from '../grouping';
import { alphabetically } from '../services/hostname';
import type { Labels } from './labels';
import { CLUSTER, localityOf, networkOf, withPlace } from './locality';
import { isCaptured } from '../injection/injection';
import { perMesh } from '../memo';
import type { Mesh } from '../mesh';
import { type NameChoices, choicesFor, fullName } from './name-choices';
import { registries } from '../registry';
import { type WorkloadInstance, workloadEntries } from '../registry/workload-instances';
import type { ServiceTarget } from '../services/service';
import { type Pod, type Workload, usesGatewayTemplate, workloads } from './workloads';

/** One Envoy, and what the control plane knows of it. istio: model.Proxy */
export interface Proxy {
  readonly kind: 'sidecar' | 'gateway' | 'waypoint';
  /** The name of its workload. */
  readonly name: string;
  readonly namespace: string;
  /** `POD.NAMESPACE`. */
  readonly id: string;
  readonly ip: string;
  readonly serviceAccount: string;
  /** The labels of its pod. */
  readonly labels: Labels;
  /** The labels by which configuration chooses it: those of its pod, and where it is. */
  readonly workloadLabels: Labels;
  readonly annotations: Labels;
  /** `region/zone/subzone`, empty where it is not known. */
  readonly locality: string;
  readonly network: string;
  readonly cluster: string;
  /** Absent for a machine outside the cluster. */
  readonly workload: Workload | undefined;
  /** What it runs in. */
  readonly field: Field;
  /** The ports of services that it serves, of the oldest service first. istio: Proxy.SetServiceTargets */
  readonly targets: readonly ServiceTarget[];
}

/** Whether a proxy runs in the pods of a workload. */
export function runsProxy({ injection, template }: Workload): boolean {
  const { containers = [], initContainers = [] } = template.value.spec ?? {};
  // The image `auto` only holds the place for what injection puts there.
  const given = [...containers, ...initContainers].some(({ name, image }) => name === PROXY && image !== 'auto');
  return injection.injected || (given && !hasOwnBootstrap({ template }));
}

/**
 * Whether the proxy of a workload starts with a bootstrap of its own, as beside the control plane of Istio 1.4: it has listeners that
 * no control plane sends, and captures no traffic.
 */
export const hasOwnBootstrap = ({ template }: Pick<Workload, 'template'>): boolean =>
  (template.value.spec?.containers ?? []).some(
    ({ name, args = [] }) => name === PROXY && args.includes('--templateFile'),
  );

const PROXY = 'istio-proxy';

/**
 * Whether the proxy of a workload is a gateway: its arguments or its injection template say so, or there is nothing beside it in
 * the pod that it could serve, or its `istio` label is what a Gateway selects by.
 * Differs: of the last, Istio would make a sidecar, and the Gateway would have no effect; but that label means a gateway, and
 * the template of its pods is often kept elsewhere.
 */
export function isGateway(mesh: Mesh, { template, labels }: Workload): boolean {
  const { spec } = template.value;
  const containers = spec?.containers ?? [];
  const { args = [] } = [...containers, ...(spec?.initContainers ?? [])].find(({ name }) => name === PROXY) ?? {};
  if (args.includes('router')) return true;
  if (args.includes('sidecar')) return false;
  if (usesGatewayTemplate(template) || labels[GATEWAY_NAME] !== undefined) return true;
  if (containers.length > 0 && containers.every(({ name }) => name === PROXY)) return true;
  return labels['istio'] !== undefined && selectedRoles(mesh).has(labels['istio']);
}

/** The values of the label `istio` that Gateways select by. */
const selectedRoles = perMesh(
  (mesh) => new Set(gatewayConfigs(mesh).flatMap(({ gateway }) => gateway.value.spec?.selector?.['istio'] ?? [])),
);

/** Whether it is a waypoint. */
export const isWaypoint = ({ labels }: Workload): boolean => labels[MANAGED] === WAYPOINT_MANAGED;

function kindOf(mesh: Mesh, workload: Workload): Proxy['kind'] {
  if (isWaypoint(workload)) return 'waypoint';
  return isGateway(mesh, workload) ? 'gateway' : 'sidecar';
}

/** Every proxy: of each workload the one in its first pod. */
export const proxies: (mesh: Mesh) => readonly Proxy[] = perMesh((mesh) => [
  ...workloads(mesh)
    .filter(runsProxy)
    .flatMap(({ pods }) => (pods[0] ? [proxyOf(mesh, pods[0])] : [])),
  ...workloadEntries(mesh)
    .filter(({ nameOnly }) => !nameOnly)
    .map((entry) => proxyOfEntry(mesh, entry)),
]);

const ofPods = perMesh(() => new Map<Pod, Proxy>());

/** The proxy in a pod. */
export function proxyOf(mesh: Mesh, pod: Pod): Proxy {
  const known = ofPods(mesh).get(pod);
  if (known) return known;
  const { workload, namespace, ip, labels } = pod;
  const locality = localityOf(mesh, labels, pod.template.value.spec?.nodeName ?? '');
  const network = networkOf(mesh, ip, labels);
  let targets: readonly ServiceTarget[] | undefined;
  const proxy: Proxy = {
    kind: kindOf(mesh, workload),
    name: workload.name,
    namespace,
    id: `${pod.name}.${namespace}`,
    ip,
    serviceAccount: pod.serviceAccount,
    labels,
    workloadLabels: withPlace(labels, locality, '', network),
    annotations: pod.annotations,
    locality,
    network,
    cluster: CLUSTER,
    workload,
    field: pod.template,
    get targets() {
      return (targets ??= inOrder(registries.flatMap((registry) => registry.targetsOfPod(mesh, pod))));
    },
  };
  ofPods(mesh).set(pod, proxy);
  return proxy;
}

function proxyOfEntry(mesh: Mesh, entry: WorkloadInstance): Proxy {
  const { address, labels, locality, network, field } = entry.endpoint;
  let targets: readonly ServiceTarget[] | undefined;
  return {
    kind: 'sidecar',
    name: entry.name,
    namespace: entry.namespace,
    id: `${entry.name}.${entry.namespace}`,
    ip: address,
    serviceAccount: entry.endpoint.serviceAccount.split('/').at(-1) ?? '',
    labels,
    workloadLabels: labels,
    annotations: {},
    locality,
    network,
    cluster: CLUSTER,
    workload: undefined,
    field,
    get targets() {
      return (targets ??= inOrder(registries.flatMap((registry) => registry.targetsOfEntry(mesh, entry))));
    },
  };
}

const inOrder = (targets: readonly ServiceTarget[]): ServiceTarget[] =>
  [...targets].sort(
    ({ service: one }, { service: other }) =>
      one.created - other.created || alphabetically(one.hostname, other.hostname),
  );

/** What a name of the form `WORKLOAD.NAMESPACE` or `POD.NAMESPACE` leads to. */
export type FoundProxy =
  | { readonly proxy: Proxy }
  | { readonly because: 'unknown'; readonly choices: NameChoices }
  | { readonly because: 'no-proxy' | 'ambient' | 'no-pods'; readonly workload: Workload };

const byName = perMesh((mesh) => groupBy(workloads(mesh), fullName));
const podsByName = perMesh(
  (mesh) => new Map(workloads(mesh).flatMap(({ pods }) => pods.map((pod) => [fullName(pod), pod] as const))),
);

/** The proxy of a workload or pod; of several workloads with one name, of the first that has one. */
export function findProxy(mesh: Mesh, name: string): FoundProxy {
  const pod = podsByName(mesh).get(name);
  const candidates = byName(mesh).get(name) ?? (pod ? [pod.workload] : []);
  const workload = candidates.find(runsProxy) ?? candidates[0];
  if (!workload) return findEntry(mesh, name);
  if (!runsProxy(workload)) return { because: isCaptured(mesh, workload) ? 'ambient' : 'no-proxy', workload };
  const chosen = pod?.workload === workload ? pod : workload.pods[0];
  return chosen ? { proxy: proxyOf(mesh, chosen) } : { because: 'no-pods', workload };
}

function findEntry(mesh: Mesh, name: string): FoundProxy {
  const all = proxies(mesh);
  const proxy = all.find((each) => !each.workload && fullName(each) === name);
  if (proxy) return { proxy };
  return { because: 'unknown', choices: choicesFor(mesh, name, all.map(fullName)) };
}

/** The workloads of the input and the pods they stand for. */
import { Field } from '../../source/field';
import type { Resource } from '../../source/resource';
import type { KindMap } from '../../schema/kinds';
import { isAmbientMesh } from '../ambient/ambient-mode';
import { gatewayDeployments } from '../gateways/gateway-deployments';
import { groupBy } from '../grouping';
import { type Injection, type PodTemplate, injection } from '../injection/injection';
import { type Labels, LabelIndex } from './labels';
import { perMesh } from '../memo';
import { type Mesh, identity } from '../mesh';
import { type Owner, controllerOf, topOwner } from './owners';
import { podMakers } from './pod-makers';

/** The label that tells clients that a sidecar accepts mutual TLS; injection sets it. */
export const TLS_MODE = 'security.istio.io/tlsMode';
/** The label that names what a workload is part of; injection sets it. */
export const CANONICAL_NAME = 'service.istio.io/canonical-name';
/** The label that names the version of a workload; injection sets it. */
export const CANONICAL_REVISION = 'service.istio.io/canonical-revision';

/** The label that says that a proxy itself takes part in HBONE; injection sets it in ambient mode. */
export const TUNNEL = 'networking.istio.io/tunnel';

/** More pods than this are not made up for one workload: they would all be alike. */
const MOST_PODS = 1000;

/** Something that runs pods. */
export interface Workload {
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
  /** What declares it: of Pods that belong together, the first. */
  readonly resource: Resource<unknown>;
  readonly template: Field<PodTemplate>;
  /** The labels of its pods, with those that injection adds. */
  readonly labels: Labels;
  readonly injection: Injection;
  readonly pods: readonly Pod[];
}

/** One pod, given or made up for a workload. */
export interface Pod {
  readonly name: string;
  readonly namespace: string;
  readonly ip: string;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly serviceAccount: string;
  readonly workload: Workload;
  readonly template: Field<PodTemplate>;
}

interface Draft extends Workload {
  resource: Resource<unknown>;
  template: Field<PodTemplate>;
  readonly pods: Pod[];
}

/**
 * Every workload with its pods. Pods that are in the input come first, in its order, then those made up for workloads that have
 * none in the input: `NAME-0`, `NAME-1`, ..., with addresses counted up over the whole input.
 */
export const workloads: (mesh: Mesh) => readonly Workload[] = perMesh((mesh) => {
  const drafts = new Map<string, Draft>();
  const addresses = podAddresses();
  for (const pod of mesh.all('Pod')) addPod(mesh, drafts, pod, addresses);
  const declared = mesh.allOf('Deployment', 'StatefulSet', 'DaemonSet');
  const others = mesh.allOf('ReplicaSet', 'Job', 'CronJob');
  for (const resource of [...declared, ...gatewayDeployments(mesh), ...others])
    addWorkload(mesh, drafts, resource, templateOf(resource), addresses);
  for (const { resource, template } of podMakers(mesh)) addWorkload(mesh, drafts, resource, template, addresses);
  return [...drafts.values()];
});

/** Every pod, in the order in which the workloads have them. */
export const pods: (mesh: Mesh) => readonly Pod[] = perMesh((mesh) =>
  workloads(mesh).flatMap((workload) => workload.pods),
);

const byLabels = perMesh((mesh) => {
  const indexes = new Map<string, LabelIndex<Workload>>();
  for (const [namespace, group] of groupBy(workloads(mesh), (workload) => workload.namespace))
    indexes.set(namespace, new LabelIndex(group, ({ labels }) => labels));
  return indexes;
});

const everywhere = perMesh((mesh) => new LabelIndex(workloads(mesh), ({ labels }) => labels));

/** The workloads whose pods a selector chooses, in one namespace or, without one, in the whole mesh. */
export const workloadsSelected = (mesh: Mesh, selector: Labels | undefined, namespace?: string): readonly Workload[] =>
  (namespace === undefined ? everywhere(mesh) : byLabels(mesh).get(namespace))?.select(selector) ?? [];

/** The pods that a selector chooses in a namespace. */
export const podsSelected = (mesh: Mesh, selector: Labels, namespace: string): readonly Pod[] =>
  workloadsSelected(mesh, selector, namespace).flatMap(({ pods }) => pods);

function addPod(mesh: Mesh, drafts: Map<string, Draft>, pod: Resource<KindMap['Pod']>, addresses: Addresses): void {
  const { metadata, status } = pod.value;
  const ip = status?.podIP || addresses.next().value;
  if (status?.phase === 'Succeeded' || status?.phase === 'Failed') return;
  const controller = controllerOf(metadata);
  const owner = controller
    ? topOwner(mesh, pod.namespace, controller, metadata.labels)
    : { kind: 'Pod', name: pod.name };
  const key = keyOf(pod.namespace, owner);
  const draft = drafts.get(key) ?? draftOf(mesh, owner, pod, pod.root);
  drafts.set(key, draft);
  const labels = podLabels(mesh, pod.root, injection(mesh, pod.namespace, pod.root), owner.name);
  draft.pods.push(podOf(draft, pod.root, pod.name, ip, labels));
}

type Declared = Resource<KindMap['Deployment' | 'Job' | 'CronJob']>;

function addWorkload(
  mesh: Mesh,
  drafts: Map<string, Draft>,
  resource: Resource<unknown>,
  template: Field<PodTemplate>,
  addresses: Addresses,
): void {
  const { namespace, kind, name, metadata } = resource;
  if (kind === 'ReplicaSet' || kind === 'Job') if (controllerOf(metadata)) return;
  const first = keyOf(namespace, { kind, name });
  const known = drafts.get(first);
  // Its pods came first, or it is written in another API group as well.
  if (known && identity(known.resource) !== identity(resource)) {
    Object.assign(known, { resource, template });
    return;
  }
  const draft = draftOf(mesh, { kind, name }, resource, template);
  // An object of another kind may have several templates, as for the workers of a job and their leader; and a mesh that has every
  // variant of the input may have several definitions of one object.
  drafts.set(known ? `${first}/${drafts.size}` : first, draft);
  const count = Math.min(replicasOf(resource), MOST_PODS);
  for (let index = 0; index < count; index++)
    draft.pods.push(podOf(draft, template, `${name}-${index}`, addresses.next().value, draft.labels));
}

/** How many pods it keeps running. */
function replicasOf({ kind, value }: Resource<unknown>): number {
  if (kind === 'CronJob') return 0;
  if (kind === 'DaemonSet') return 1;
  const { spec } = value as { spec?: { replicas?: unknown; parallelism?: unknown } };
  if (typeof spec?.replicas === 'number') return spec.replicas;
  return (typeof spec?.parallelism === 'number' && spec.parallelism) || 1;
}

function templateOf(resource: Declared): Field<PodTemplate> {
  const path = resource.kind === 'CronJob' ? ['spec', 'jobTemplate', 'spec', 'template'] : ['spec', 'template'];
  const field = resource.at(path);
  return new Field(resource, path, (field.value ?? {}) as PodTemplate);
}

const keyOf = (namespace: string, { kind, name }: Owner): string => `${namespace}/${kind}/${name}`;

function draftOf(mesh: Mesh, { kind, name }: Owner, resource: Resource<unknown>, template: Field<PodTemplate>): Draft {
  const { namespace } = resource;
  const decision = injection(mesh, namespace, template);
  const labels = podLabels(mesh, template, decision, name);
  return { kind, name, namespace, resource, template, labels, injection: decision, pods: [] };
}

function podOf(workload: Draft, template: Field<PodTemplate>, name: string, ip: string, labels: Labels): Pod {
  const { metadata, spec } = template.value;
  return {
    name,
    namespace: workload.namespace,
    ip,
    labels,
    annotations: metadata?.annotations ?? {},
    serviceAccount: spec?.serviceAccountName || spec?.serviceAccount || 'default',
    workload,
    template,
  };
}

/** The labels that pods have once the webhook has seen them. istio: the injection template, labels.CanonicalService */
function podLabels(mesh: Mesh, template: Field<PodTemplate>, { injected }: Injection, owner: string): Labels {
  const { labels = {} } = template.value.metadata ?? {};
  if (!injected) return labels;
  const tunnels = isAmbientMesh(mesh) && !usesGatewayTemplate(template);
  return {
    [TLS_MODE]: 'istio',
    ...(tunnels && { [TUNNEL]: 'http' }),
    [CANONICAL_NAME]: labels['app.kubernetes.io/name'] || labels['app'] || owner,
    [CANONICAL_REVISION]: labels['app.kubernetes.io/version'] || labels['version'] || 'latest',
    ...labels,
  };
}

/** Whether a pod is injected with the template of gateways. */
export function usesGatewayTemplate({ value: { metadata } }: Field<PodTemplate>): boolean {
  const templates = metadata?.annotations?.['inject.istio.io/templates']?.split(',') ?? [];
  return templates.some((name) => name.trim() === 'gateway');
}

type Addresses = Generator<string, never>;

function* podAddresses(): Addresses {
  for (let count = 0; ; count++) yield `10.244.${Math.floor(count / 254)}.${(count % 254) + 1}`;
}

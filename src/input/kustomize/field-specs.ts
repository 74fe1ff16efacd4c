import type { KubernetesObject } from '../../source/resource';
import { type Values, maps, text } from './edit';
import { isRecord } from '../../source/record';
import { groupOf, versionOf } from './item';

/** Which kinds a field is meant of; an empty part means any. */
export interface KindSpec {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** A field that a transformation changes. */
export interface FieldSpec extends KindSpec {
  readonly path: readonly string[];
  readonly create: boolean;
}

/** The fields that name objects of a kind. */
export interface NameReference extends KindSpec {
  readonly fields: readonly FieldSpec[];
}

const LISTS = [
  'namePrefix',
  'nameSuffix',
  'namespace',
  'commonLabels',
  'labels',
  'templateLabels',
  'volumeClaimTemplateLabels',
  'commonAnnotations',
  'images',
  'replicas',
  'varReference',
] as const;

/** Which fields each transformation changes. kustomize: TransformerConfig */
export type FieldSpecs = Readonly<Record<(typeof LISTS)[number], readonly FieldSpec[]>> & {
  readonly nameReference: readonly NameReference[];
};

/** Whether an object is of the kinds that are meant. */
export const isOfKind = ({ group, version, kind }: KindSpec, object: KubernetesObject): boolean =>
  (kind === '' || kind === object.kind) &&
  (group === '' || group === groupOf(object)) &&
  (version === '' || version === versionOf(object));

/** The steps of a path; `\/` stands for a slash in a name. */
export function steps(path: string): string[] {
  const parts = path.replace(/^\//, '').split(/(?<!\\)\//);
  return parts.map((part) => part.replaceAll('\\/', '/'));
}

/** Reads `kind path`, `group/kind path` or `group/version/kind path`, with a plus sign before a path that is created. */
function spec(line: string): FieldSpec {
  const [kinds = '', path = ''] = line.split(' ');
  return { ...kindSpec(kinds), path: steps(path.replace(/^\+/, '')), create: path.startsWith('+') };
}

function kindSpec(kinds: string): KindSpec {
  const [kind = '', ...before] = kinds.split('/').toReversed();
  const [version = '', group = ''] = before.length === 1 ? ['', before[0]] : before;
  return { group, version, kind: kind === '*' ? '' : kind };
}

const specs = (...lines: string[]): FieldSpec[] => lines.map(spec);

const each = (kinds: string, path: (pod: string) => readonly string[]): string[] =>
  kinds.split(' ').flatMap((entry) => {
    const [kind = '', pod = ''] = entry.split('=');
    return path(pod).map((suffix) => `${kind} ${suffix}`);
  });

const METADATA_LABELS = [
  '* +metadata/labels',
  '/v1/ReplicationController +spec/template/metadata/labels',
  ...each('Deployment ReplicaSet DaemonSet apps/StatefulSet batch/Job', () => ['+spec/template/metadata/labels']),
  ...each('batch/CronJob', () => [
    '+spec/jobTemplate/metadata/labels',
    '+spec/jobTemplate/spec/template/metadata/labels',
  ]),
];
const CLAIM_LABELS = ['apps/StatefulSet +spec/volumeClaimTemplates[]/metadata/labels'];

const affinities = ['podAffinity', 'podAntiAffinity'].flatMap((name) => [
  `spec/template/spec/affinity/${name}/preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm/labelSelector/matchLabels`,
  `spec/template/spec/affinity/${name}/requiredDuringSchedulingIgnoredDuringExecution/labelSelector/matchLabels`,
]);

const SELECTORS = [
  '/v1/Service +spec/selector',
  '/v1/ReplicationController +spec/selector',
  ...each('Deployment ReplicaSet DaemonSet apps/StatefulSet', () => ['+spec/selector/matchLabels']),
  ...each('apps/Deployment apps/StatefulSet', () => [
    ...affinities,
    'spec/template/spec/topologySpreadConstraints/labelSelector/matchLabels',
  ]),
  'batch/Job spec/selector/matchLabels',
  'batch/CronJob spec/jobTemplate/spec/selector/matchLabels',
  'policy/PodDisruptionBudget spec/selector/matchLabels',
  ...each('networking.k8s.io/NetworkPolicy', () => [
    'spec/podSelector/matchLabels',
    'spec/ingress/from/podSelector/matchLabels',
    'spec/egress/to/podSelector/matchLabels',
  ]),
];

const ANNOTATIONS = [
  '* +metadata/annotations',
  '/v1/ReplicationController +spec/template/metadata/annotations',
  ...each('Deployment ReplicaSet DaemonSet StatefulSet batch/Job', () => ['+spec/template/metadata/annotations']),
  ...each('batch/CronJob', () => [
    '+spec/jobTemplate/metadata/annotations',
    '+spec/jobTemplate/spec/template/metadata/annotations',
  ]),
];

const IMAGES = ['spec', 'spec/template/spec'].flatMap((pod) => [
  `* ${pod}/containers[]/image`,
  `* ${pod}/initContainers[]/image`,
]);

const TEMPLATE = 'spec/template/spec';
const WORKLOADS = `Deployment=${TEMPLATE} ReplicaSet=${TEMPLATE} DaemonSet=${TEMPLATE} StatefulSet=${TEMPLATE} Job=${TEMPLATE}`;
const CRON_JOB = 'CronJob=spec/jobTemplate/spec/template/spec';
const WITH_PODS = `/v1/Pod=spec PodTemplate=template/spec ${WORKLOADS} ${CRON_JOB}`;

const inContainers = (pod: string, suffixes: readonly string[]) =>
  ['containers', 'initContainers'].flatMap((name) => suffixes.map((suffix) => `${pod}/${name}/${suffix}`));

const VARIABLES = [
  ...each(`Pod=spec ${WORKLOADS} ${CRON_JOB}`, (pod) =>
    inContainers(pod, ['args', 'command', 'env/value', 'volumeMounts/mountPath']),
  ),
  ...each(WORKLOADS, (pod) => [`${pod}/volumes/nfs/server`]),
  'Pod spec/volumes/nfs/server',
  'Deployment spec/template/metadata/annotations',
  ...each('Ingress', () => ['spec/rules/host', 'spec/tls/hosts', 'spec/tls/secretName']),
  ...each('Service', () => ['spec/ports/port', 'spec/ports/targetPort']),
  'StatefulSet spec/volumeClaimTemplates/spec/nfs/server',
  'PersistentVolume spec/nfs/server',
  '* metadata/labels',
  '* metadata/annotations',
];

const reference = (kinds: string, ...lines: string[]): NameReference => ({
  ...kindSpec(kinds),
  fields: specs(...lines),
});

const OWNERS = `Pod=spec StatefulSet=${TEMPLATE} Deployment=${TEMPLATE} ReplicationController=${TEMPLATE} ${CRON_JOB} Job=${TEMPLATE} DaemonSet=${TEMPLATE}`;

const NAME_REFERENCES: readonly NameReference[] = [
  ...['Deployment', 'ReplicationController', 'ReplicaSet', 'StatefulSet'].map((kind) =>
    reference(kind, 'HorizontalPodAutoscaler spec/scaleTargetRef/name'),
  ),
  reference(
    '/v1/ConfigMap',
    ...each(WITH_PODS, (pod) => [
      `${pod}/volumes/configMap/name`,
      `${pod}/volumes/projected/sources/configMap/name`,
      ...inContainers(pod, ['env/valueFrom/configMapKeyRef/name', 'envFrom/configMapRef/name']),
    ]),
    'Node spec/configSource/configMap',
    'Role rules/resourceNames',
    'ClusterRole rules/resourceNames',
    'Ingress metadata/annotations/nginx.ingress.kubernetes.io\\/fastcgi-params-configmap',
  ),
  reference(
    '/v1/Secret',
    ...each(WITH_PODS, (pod) => [
      `${pod}/volumes/secret/secretName`,
      `${pod}/volumes/projected/sources/secret/name`,
      `${pod}/imagePullSecrets/name`,
      ...inContainers(pod, ['env/valueFrom/secretKeyRef/name', 'envFrom/secretRef/name']),
    ]),
    'Ingress spec/tls/secretName',
    ...['ingress.kubernetes.io\\/auth-secret', 'nginx.ingress.kubernetes.io\\/auth-secret'].map(
      (name) => `Ingress metadata/annotations/${name}`,
    ),
    'Ingress metadata/annotations/nginx.ingress.kubernetes.io\\/auth-tls-secret',
    'ServiceAccount imagePullSecrets/name',
    ...['secretName', 'adminSecretName', 'userSecretName', 'secretRef'].map(
      (name) => `StorageClass parameters/${name}`,
    ),
    'Role rules/resourceNames',
    'ClusterRole rules/resourceNames',
    'serving.knative.dev/v1/Service spec/template/spec/containers/env/valueFrom/secretKeyRef/name',
    'PersistentVolume spec/azureFile/secretName',
  ),
  reference(
    '/v1/Service',
    'apps/StatefulSet spec/serviceName',
    ...each('Ingress', () => [
      'spec/rules/http/paths/backend/serviceName',
      'spec/backend/serviceName',
      'spec/rules/http/paths/backend/service/name',
      'spec/defaultBackend/service/name',
    ]),
    'apiregistration.k8s.io/APIService spec/service/name',
    'admissionregistration.k8s.io/ValidatingWebhookConfiguration webhooks/clientConfig/service',
    'admissionregistration.k8s.io/MutatingWebhookConfiguration webhooks/clientConfig/service',
  ),
  reference('rbac.authorization.k8s.io/Role', 'rbac.authorization.k8s.io/RoleBinding roleRef/name'),
  reference(
    'rbac.authorization.k8s.io/ClusterRole',
    'rbac.authorization.k8s.io/RoleBinding roleRef/name',
    'rbac.authorization.k8s.io/ClusterRoleBinding roleRef/name',
  ),
  reference(
    '/v1/ServiceAccount',
    'rbac.authorization.k8s.io/RoleBinding subjects',
    'rbac.authorization.k8s.io/ClusterRoleBinding subjects',
    ...each(OWNERS, (pod) => [`${pod}/serviceAccountName`]),
  ),
  reference('/v1/PersistentVolumeClaim', ...each(OWNERS, (pod) => [`${pod}/volumes/persistentVolumeClaim/claimName`])),
  reference('/v1/PersistentVolume', 'PersistentVolumeClaim spec/volumeName', 'ClusterRole rules/resourceNames'),
  reference(
    'storage.k8s.io/v1/StorageClass',
    'PersistentVolume spec/storageClassName',
    'PersistentVolumeClaim spec/storageClassName',
    'StatefulSet spec/volumeClaimTemplates/spec/storageClassName',
  ),
  reference('scheduling.k8s.io/v1/PriorityClass', ...each(OWNERS, (pod) => [`${pod}/priorityClassName`])),
];

/** The fields that kustomize changes in objects of Kubernetes. */
export const DEFAULT_FIELDS: FieldSpecs = {
  namePrefix: specs('* metadata/name'),
  nameSuffix: specs('* metadata/name'),
  namespace: specs(
    'Namespace +metadata/name',
    'apiregistration.k8s.io/APIService +spec/service/namespace',
    'apiextensions.k8s.io/CustomResourceDefinition spec/conversion/webhook/clientConfig/service/namespace',
  ),
  commonLabels: specs(...SELECTORS, ...METADATA_LABELS, ...CLAIM_LABELS),
  labels: [],
  templateLabels: specs(...METADATA_LABELS),
  volumeClaimTemplateLabels: specs(...CLAIM_LABELS),
  commonAnnotations: specs(...ANNOTATIONS),
  images: specs(...IMAGES),
  replicas: specs(...each('Deployment ReplicationController ReplicaSet StatefulSet', () => ['+spec/replicas'])),
  varReference: specs(...VARIABLES),
  nameReference: NAME_REFERENCES,
};

/** The fields that a file of `configurations` adds to others. */
export function withConfiguration(before: FieldSpecs, written: unknown): FieldSpecs {
  if (!isRecord(written)) return before;
  const lists = LISTS.map((name) => [name, mergedSpecs(before[name], maps(written[name]).map(readSpec))] as const);
  const references = maps(written['nameReference']).map(readReference);
  return {
    ...(Object.fromEntries(lists) as Record<(typeof LISTS)[number], readonly FieldSpec[]>),
    nameReference: references.reduce(withReference, before.nameReference),
  };
}

/** The fields of two kustomizations of which one takes in the other. */
export function joined(a: FieldSpecs, b: FieldSpecs): FieldSpecs {
  if (a === b) return a;
  const lists = LISTS.map((name) => [name, mergedSpecs(a[name], b[name])] as const);
  return {
    ...(Object.fromEntries(lists) as Record<(typeof LISTS)[number], readonly FieldSpec[]>),
    nameReference: b.nameReference.reduce(withReference, a.nameReference),
  };
}

const kindOf = (value: Values): KindSpec => ({
  group: text(value['group']),
  version: text(value['version']),
  kind: text(value['kind']),
});

/** A field as a kustomization or its configuration writes it. */
export const readSpec = (value: Values): FieldSpec => ({
  ...kindOf(value),
  path: steps(text(value['path'])),
  create: value['create'] === true,
});

const readReference = (value: Values): NameReference => ({
  ...kindOf(value),
  fields: maps(value['fieldSpecs']).map(readSpec),
});

/** Fields with others added that are not among them. */
export function mergedSpecs(before: readonly FieldSpec[], more: readonly FieldSpec[]): readonly FieldSpec[] {
  const added = more.filter((spec) => !before.some((other) => isSameSpec(other, spec)));
  return added.length ? [...before, ...added] : before;
}

const isSameKind = (a: KindSpec, b: KindSpec): boolean =>
  a.group === b.group && a.version === b.version && a.kind === b.kind;

const isSameSpec = (a: FieldSpec, b: FieldSpec): boolean => isSameKind(a, b) && a.path.join('/') === b.path.join('/');

function withReference(before: readonly NameReference[], more: NameReference): readonly NameReference[] {
  const index = before.findIndex((other) => isSameKind(other, more));
  const old = before[index];
  if (!old) return [...before, more];
  const fields = mergedSpecs(old.fields, more.fields);
  return fields === old.fields ? before : before.with(index, { ...old, fields });
}

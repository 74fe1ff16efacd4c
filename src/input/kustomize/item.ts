import { RE2JS } from 're2js';
import type { SourceFile } from '../../source/file';
import type { Path } from '../../source/path';
import type { KubernetesObject, Resource } from '../../source/resource';
import type { Slice } from '../../source/split';
import { type Values, text } from './edit';
import { isRecord } from '../../source/record';
import type { Kustomization } from './kustomization';
import { NotRendered } from './not-rendered';

/** A patch that was applied to an object: a document of a file, or a text in a kustomization. */
export interface Applied {
  readonly file: SourceFile;
  readonly slice: Slice;
  /** The way to the text in the kustomization. */
  readonly inline?: Path;
  readonly value: unknown;
}

/** The name of an object at one time of its rendering: prefixes and namespaces change it. */
export interface Id {
  kind: string;
  name: string;
  namespace: string;
}

/** An object on its way through kustomizations. Its value is replaced, never changed. */
export interface Item {
  value: KubernetesObject;
  /** The object as it is written; undefined for what a generator makes. */
  readonly source: Resource | undefined;
  /** The kustomization with the generator. */
  readonly generatedIn: Kustomization | undefined;
  patches: Applied[];
  previous: Id[];
  prefixes: string[];
  suffixes: string[];
  /** Whether a hash of its content becomes part of its name. */
  isHashed: boolean;
  variables: string[];
}

/** An object that nothing was done to yet. */
export const itemOf = (
  value: KubernetesObject,
  origin: { source?: Resource; generatedIn?: Kustomization; isHashed?: boolean },
): Item => ({
  value,
  source: origin.source,
  generatedIn: origin.generatedIn,
  patches: [],
  previous: [],
  prefixes: [],
  suffixes: [],
  isHashed: origin.isHashed ?? false,
  variables: [],
});

// The kinds that kustomize knows to lie in no namespace; it takes all others to lie in one.
const CLUSTER_SCOPED = new Map(
  Object.entries({
    '': 'Namespace Node PersistentVolume ComponentStatus',
    'admissionregistration.k8s.io': 'MutatingWebhookConfiguration ValidatingWebhookConfiguration',
    'apiextensions.k8s.io': 'CustomResourceDefinition',
    'apiregistration.k8s.io': 'APIService',
    'authentication.k8s.io': 'TokenReview',
    'authorization.k8s.io': 'SelfSubjectAccessReview SelfSubjectRulesReview SubjectAccessReview',
    'certificates.k8s.io': 'CertificateSigningRequest',
    'flowcontrol.apiserver.k8s.io': 'FlowSchema PriorityLevelConfiguration',
    'internal.apiserver.k8s.io': 'StorageVersion',
    'networking.k8s.io': 'IngressClass',
    'node.k8s.io': 'RuntimeClass',
    policy: 'PodSecurityPolicy',
    'rbac.authorization.k8s.io': 'ClusterRole ClusterRoleBinding',
    'scheduling.k8s.io': 'PriorityClass',
    'storage.k8s.io': 'CSIDriver CSINode StorageClass VolumeAttachment',
  }).map(([group, kinds]) => [group, new Set(kinds.split(' '))]),
);

export const groupOf = ({ apiVersion }: KubernetesObject): string =>
  apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';

export const versionOf = ({ apiVersion }: KubernetesObject): string => apiVersion.slice(apiVersion.indexOf('/') + 1);

export const isClusterScoped = (value: KubernetesObject): boolean =>
  CLUSTER_SCOPED.get(groupOf(value))?.has(value.kind) ?? false;

const NO_NAMESPACE = '_non_namespaceable_';

/** The namespace by which objects are told apart: `default` where none is named. */
export const effectiveNamespace = (value: KubernetesObject, namespace: string): string =>
  isClusterScoped(value) ? NO_NAMESPACE : namespace || 'default';

export const nameOf = ({ metadata }: KubernetesObject): string => text((metadata as Values | undefined)?.['name']);

export const namespaceOf = ({ metadata }: KubernetesObject): string =>
  text((metadata as Values | undefined)?.['namespace']);

/** The name that an object has now. */
export const currentId = ({ value }: Item): Id => ({
  kind: value.kind,
  name: nameOf(value),
  namespace: effectiveNamespace(value, namespaceOf(value)),
});

/** Remembers the name that an object has now, before it is changed. */
export function remember(item: Item): void {
  item.previous.push(currentId(item));
}

/** All names that an object has had, the first one first. */
export const idsOf = (item: Item): Id[] => [...item.previous, currentId(item)];

export const originalId = (item: Item): Id => item.previous[0] ?? currentId(item);

/** The object with another name or namespace; undefined takes the field away. */
export function withMetadata(value: KubernetesObject, changes: Values): KubernetesObject {
  const metadata: Values = { ...(isRecord(value.metadata) ? value.metadata : {}), ...changes };
  for (const [key, each] of Object.entries(changes)) if (each === undefined) delete metadata[key];
  return { ...value, metadata };
}

/** Adds an object. Two of one name are refused, as kustomize does. */
export function add(items: Item[], item: Item): void {
  if (items.some((other) => isSame(other, item))) {
    const { name, namespace } = currentId(item);
    throw new NotRendered(`it takes in ${item.value.kind} "${name}"${inNamespace(namespace)} more than once`);
  }
  items.push(item);
}

const inNamespace = (namespace: string) => (namespace === NO_NAMESPACE ? '' : ` of namespace "${namespace}"`);

function isSame(a: Item, b: Item): boolean {
  const [one, other] = [currentId(a), currentId(b)];
  return a.value.apiVersion === b.value.apiVersion && equalIds(one, other);
}

export const equalIds = (a: Id, b: Id): boolean =>
  a.kind === b.kind && a.name === b.name && a.namespace === b.namespace;

/** Whether a pattern matches a whole text; an empty pattern matches all. Patterns are those of RE2, as in Go. */
export function matchesPattern(pattern: unknown, value: string): boolean {
  const source = text(pattern);
  if (source === '') return true;
  try {
    return RE2JS.compile(source).matches(value);
  } catch {
    throw new NotRendered(`${JSON.stringify(source)} is not a valid pattern`);
  }
}

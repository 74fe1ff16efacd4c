/** The namespaces of the input, and which of them the control plane looks at. */
import type { Resource } from '../../source/resource';
import type { KindMap } from '../../schema/kinds';
import { type Labels, fitsSelector } from '../workloads/labels';
import { perMesh } from '../memo';
import type { Mesh } from '../mesh';
import { meshConfig, rootNamespace } from './mesh-config';

/** A namespace; one that is only named by other objects has no resource and no labels of its own. */
export interface Namespace {
  readonly name: string;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly resource: Resource<KindMap['Namespace']> | undefined;
}

/** Every namespace that is declared or in which something lies, by name. */
export const namespaces: (mesh: Mesh) => ReadonlyMap<string, Namespace> = perMesh((mesh) => {
  const found = new Map<string, Namespace>();
  for (const resource of mesh.all('Namespace')) found.set(resource.name, namespace(resource.name, resource));
  for (const { namespace: name } of mesh.resources)
    if (name !== '' && !found.has(name)) found.set(name, namespace(name, undefined));
  return found;
});

/** What every cluster has. */
const GIVEN = new Set(['default', 'kube-system', 'kube-public', 'kube-node-lease', 'istio-system']);

/** Whether there is a namespace of this name, as far as the input tells: the cluster's own are always there. */
export const isNamespace = (mesh: Mesh, name: string): boolean =>
  GIVEN.has(name) || name === rootNamespace(mesh) || namespaces(mesh).has(name);

/** Whether the input defines a namespace, so that its labels are known. */
export const isDefined = (mesh: Mesh, name: string): boolean => namespaces(mesh).get(name)?.resource !== undefined;

/** A namespace by its name, also where nothing is known of it. */
export const namespaceOf = (mesh: Mesh, name: string): Namespace =>
  namespaces(mesh).get(name) ?? namespace(name, undefined);

function namespace(name: string, resource: Namespace['resource']): Namespace {
  const { labels = {}, annotations = {} } = resource?.value.metadata ?? {};
  // The API server sets this label itself.
  return { name, labels: { ...labels, 'kubernetes.io/metadata.name': name }, annotations, resource };
}

const discovered = perMesh((mesh) => {
  const selectors = meshConfig(mesh).discoverySelectors ?? [];
  if (selectors.length === 0) return undefined;
  const chosen = [...namespaces(mesh).values()].filter(({ labels }) =>
    selectors.some((selector) => fitsSelector(selector, labels)),
  );
  return new Set(chosen.map(({ name }) => name));
});

/** Whether the control plane sees what lies in a namespace: MeshConfig's discoverySelectors may leave some out. */
export const isDiscovered = (mesh: Mesh, name: string): boolean => discovered(mesh)?.has(name) ?? true;

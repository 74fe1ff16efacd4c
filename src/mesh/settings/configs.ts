/** Configuration as the control plane lists it. */
import type { KindMap } from '../../schema/kinds';
import type { Resource } from '../../source/resource';
import { byCreation } from '../creation';
import { groupBy } from '../grouping';
import { perMesh } from '../memo';
import type { Kind, Mesh } from '../mesh';
import { isDiscovered } from './namespaces';

const lists = perMesh(() => new Map<Kind, readonly Resource<unknown>[]>());
const groups = perMesh(() => new Map<Kind, ReadonlyMap<string, readonly Resource<unknown>[]>>());

/** The objects of a kind that the control plane sees, the oldest first. */
export function configs<K extends Kind>(mesh: Mesh, kind: K): readonly Resource<KindMap[K]>[] {
  const known = lists(mesh).get(kind);
  if (known) return known as readonly Resource<KindMap[K]>[];
  const listed = mesh.all(kind).filter(({ namespace }) => isDiscovered(mesh, namespace));
  listed.sort(byCreation);
  lists(mesh).set(kind, listed);
  return listed;
}

/** Those of one namespace. */
export function configsIn<K extends Kind>(mesh: Mesh, kind: K, namespace: string): readonly Resource<KindMap[K]>[] {
  let grouped = groups(mesh).get(kind);
  if (!grouped) groups(mesh).set(kind, (grouped = groupBy(configs(mesh, kind), (resource) => resource.namespace)));
  return (grouped.get(namespace) ?? []) as readonly Resource<KindMap[K]>[];
}

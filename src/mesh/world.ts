import type { Mesh } from './mesh';
import { perMesh } from './memo';

const held = perMesh((mesh) => {
  const kinds = new Set<string>();
  for (const { kind, namespace } of mesh.resources) {
    kinds.add(`${kind}/${namespace}`);
    kinds.add(`${kind}/`);
  }
  return kinds;
});

/** For a kind in a namespace (`Service/shop`) or in all of them (`Service/*`): whether the input holds every object there is. */
export type Held = ReadonlyMap<string, 'complete' | 'unknown'>;

/**
 * Whether the input claims to hold everything of a kind in a namespace (anywhere, where the namespace is empty), so that what is
 * not in it does not exist. In an `auto` world it does where the reader of the input says so, else as soon as it holds any.
 */
export function isClosed(mesh: Mesh, kind: string, namespace: string): boolean {
  if (mesh.world !== 'auto') return mesh.world === 'closed';
  const told = mesh.held.get(`${kind}/${namespace}`) ?? mesh.held.get(`${kind}/*`);
  return told ? told === 'complete' : held(mesh).has(`${kind}/${namespace}`);
}

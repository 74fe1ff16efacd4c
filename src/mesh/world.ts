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

/**
 * Whether the input claims to hold everything of a kind in a namespace (anywhere, where the namespace is empty), so that what is
 * not in it does not exist. In an `auto` world it does as soon as it holds any.
 */
export function isClosed(mesh: Mesh, kind: string, namespace: string): boolean {
  if (mesh.world !== 'auto') return mesh.world === 'closed';
  return held(mesh).has(`${kind}/${namespace}`);
}

import { Mesh, type MeshOptions, identity } from '../../mesh/mesh';
import type { SourceFile } from '../../source/file';

/** The cluster as it would be with the files applied. */
export function applyOver(cluster: Mesh, files: readonly SourceFile[], options: MeshOptions): Mesh {
  const applied = new Set(files.flatMap(({ resources }) => resources.map(identity)));
  const left = cluster.files.filter(({ resources }) => !resources.some((resource) => applied.has(identity(resource))));
  return new Mesh([...files, ...left], options);
}

import { InvalidArgumentError } from 'commander';
import { addsTo } from '../mesh/clusters';
import { Mesh } from '../mesh/mesh';
import { readInput } from './input';
import { type Configured, type InputOptions, meshOptions } from './load';
import { arrange } from './repository/arrange';
import { UsageError } from './usage-error';
import { recast } from './recast';

/** Reads `west=clusters/west` and adds it to what was said before. */
export function parseCluster(text: string, before: Readonly<Record<string, string>> = {}): Record<string, string> {
  const [, name, path] = /^([\w.-]+)=(.+)$/s.exec(text) ?? [];
  if (!name || !path) throw new InvalidArgumentError('A name and a path are expected, as "west=clusters/west".');
  if (Object.hasOwn(before, name)) throw new InvalidArgumentError(`There are two clusters "${name}".`);
  return { ...before, [name]: path };
}

/** The other clusters of the mesh, each as a mesh of its own. */
export async function otherClusters(options: Configured<InputOptions>): Promise<Map<string, Mesh>> {
  const clusters = new Map<string, Mesh>();
  for (const [name, path] of Object.entries(options.cluster ?? {})) {
    // The chart is the mesh's own.
    const plain = { ...options, with: [], namespace: undefined };
    delete plain.helm;
    delete plain.values;
    const { parts } = await readInput([path], plain);
    const [arranged, ...others] = arrange(parts, []);
    if (others.length) throw new UsageError(`cluster "${name}" holds variants that cannot be one cluster: "${path}"`);
    const files = (arranged?.files ?? []).map((file) => recast(file, 'context'));
    clusters.set(name, new Mesh(files, meshOptions(options)));
  }
  return clusters;
}

/** A mesh with the others around it: what runs there is part of it, their configuration is not. */
export function amid(mesh: Mesh, clusters: ReadonlyMap<string, Mesh>, options: Configured<InputOptions>): Mesh {
  const adds = addsTo(mesh);
  const around = [...clusters.values()].flatMap(({ files }) => files.map((file) => recast(file, 'context', adds)));
  const { held } = mesh;
  return new Mesh([...mesh.files, ...around], { ...meshOptions(options), world: mesh.world, held, clusters });
}

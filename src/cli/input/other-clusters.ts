import { InvalidArgumentError } from 'commander';
import { addsTo } from '../../mesh/workloads/clusters';
import { Mesh } from '../../mesh/mesh';
import { CONTEXT, isContext } from '../cluster/context-name';
import { readCluster } from '../cluster/read';
import { readInput } from './input';
import { type Configured, type InputOptions, type LoadedMesh, meshOptions } from './load';
import { arrange } from '../repository/arrange';
import { UsageError } from '../usage-error';
import { withRole } from './with-role';

/** Reads `west=clusters/west` and adds it to what was said before. */
export function parseCluster(text: string, before: Readonly<Record<string, string>> = {}): Record<string, string> {
  const [, name, place] = /^([\w.-]+)=(.+)$/s.exec(text) ?? [];
  if (!name || !place || place === CONTEXT)
    throw new InvalidArgumentError(
      'A name and a path are expected, as "west=clusters/west", or a context of kubectl, as "west=kube:west-admin".',
    );
  if (Object.hasOwn(before, name)) throw new InvalidArgumentError(`There are two clusters "${name}".`);
  return { ...before, [name]: place };
}

/** The other clusters of the mesh, each as a mesh of its own. */
export async function otherClusters(options: Configured<InputOptions>): Promise<Map<string, Mesh>> {
  const clusters = new Map<string, Mesh>();
  for (const [name, place] of Object.entries(options.cluster ?? {}))
    clusters.set(name, await (isContext(place) ? liveCluster : writtenCluster)(name, place, options));
  return clusters;
}

async function liveCluster(name: string, place: string, options: Configured<InputOptions>): Promise<Mesh> {
  const context = place.slice(CONTEXT.length);
  const { files, held } = await readCluster({ ...options, context, namespace: undefined, files: [], around: name });
  return new Mesh(files, { ...meshOptions(options), held });
}

async function writtenCluster(name: string, path: string, options: Configured<InputOptions>): Promise<Mesh> {
  // The chart is the mesh's own.
  const plain = { ...options, with: [], namespace: undefined };
  delete plain.helm;
  delete plain.values;
  const { parts } = await readInput([path], plain);
  const [arranged, ...others] = arrange(parts, []);
  if (others.length)
    throw new UsageError(`cluster "${name}" contains variants that cannot form one cluster: "${path}"`);
  const files = (arranged?.files ?? []).map((file) => withRole(file, 'context'));
  return new Mesh(files, meshOptions(options));
}

/** A mesh with the others around it: what runs there is part of it, their configuration is not. */
export function withOtherClusters(
  { mesh, before, ...loaded }: LoadedMesh,
  clusters: ReadonlyMap<string, Mesh>,
  options: Configured<InputOptions>,
): LoadedMesh {
  const amidst = (each: Mesh): Mesh => {
    const adds = addsTo(each);
    const around = [...clusters.values()].flatMap(({ files }) => files.map((file) => withRole(file, 'context', adds)));
    const { world, held } = each;
    return new Mesh([...each.files, ...around], { ...meshOptions(options), world, held, clusters });
  };
  return { ...loaded, mesh: amidst(mesh), ...(before && { before: amidst(before) }) };
}

import { InvalidArgumentError } from 'commander';
import type { Run } from '../git/changed';
import type { LoadedMesh } from '../input/load';
import { withRole } from '../input/with-role';
import { Mesh } from '../../mesh/mesh';
import type { Place } from '../../source/file';
import { UsageError } from '../usage-error';

/** One of several runs that share the files of an input. */
export interface Shard {
  /** From 1 to the total. */
  readonly number: number;
  readonly total: number;
}

/** Reads `2/8`. */
export function parseShard(text: string): Shard {
  const [, number, total] = (/^(\d{1,6})\/(\d{1,6})$/.exec(text) ?? []).map(Number);
  if (number === undefined || total === undefined || number < 1 || number > total)
    throw new InvalidArgumentError('Expected a shard and their number, for example 2/8.');
  return { number, total };
}

/** The options that need all findings, or all files. */
export interface ShardOptions {
  shard?: Shard;
  changed?: string;
  staged?: true;
  fix?: true;
  updateBaseline?: true;
}

/** Throws a UsageError where a part of the findings is of no use. */
export function checkShardOptions({ shard, changed, staged, fix, updateBaseline }: ShardOptions): void {
  const other = (changed !== undefined && '--changed') || (staged && '--staged') || (fix && '--fix');
  const whole = other || (updateBaseline && '--update-baseline');
  if (shard && whole) throw new UsageError(`--shard cannot be used with ${whole}, which needs all files`);
}

/** Whether a place lies in the files of a shard. */
export type InShard = (place: Pick<Place, 'file' | 'resource'>) => boolean;

/**
 * Shares the files out, in their order and so that each shard has about as many objects: the reports of all shards, one after the
 * other, are the report of a whole run.
 */
export function placesOf({ number, total }: Shard, loaded: readonly LoadedMesh[]): InShard {
  const weights = new Map<string, number>();
  for (const { path, role, resources } of loaded.flatMap(({ mesh }) => mesh.files))
    if (role === 'judged') weights.set(path, (weights.get(path) ?? 1) + resources.length);
  const all = [...weights.values()].reduce((sum, weight) => sum + weight, 0);
  const own = new Set<string>();
  let before = 0;
  for (const [path, weight] of weights) {
    if (Math.floor(((before + weight / 2) * total) / all) === number - 1) own.add(path);
    before += weight;
  }
  return ({ resource, file }) => own.has((resource?.file ?? file).path);
}

/** A run whose summary counts the files of its shard only. */
export function ofShard(run: Run, isOwn: InShard): Run {
  const files = run.mesh.files.map((file) => {
    if (file.role === 'context' || isOwn({ file, resource: undefined })) return file;
    const other = withRole(file, 'context');
    other.passedOver = 0;
    other.templates = 0;
    return other;
  });
  return { ...run, mesh: new Mesh(files, run.mesh) };
}

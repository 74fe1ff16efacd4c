import { basename, dirname, join } from 'node:path';
import { SourceFile } from '../../source/file';
import { maps } from '../../input/kustomize/edit';
import { isRecord } from '../../source/record';
import { type Kustomization, kustomizationOf } from '../../input/kustomize/kustomization';
import { loadValue } from '../../source/values';
import { kindInside } from '../input/boundary';
import type { Open } from './rendered';

const NAMES = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

/** Whether a file's name is that of a kustomization. */
export const isKustomizationName = (path: string): boolean => NAMES.includes(basename(path));

/** The kustomization of a folder, if it has one inside the boundary; with several, none of them is meant. */
export function kustomizationIn(folder: string, boundary: string, open: Open): Kustomization | undefined {
  const paths = NAMES.map((name) => join(folder, name)).filter((each) => kindInside(each, boundary) === 'file');
  return paths.length === 1 ? readKustomization(paths[0]!, open) : undefined;
}

/** Reads a kustomization; undefined for a file that only has the name of one. */
export const readKustomization = (path: string, open: Open): Kustomization | undefined =>
  kustomizationOf(new SourceFile(path, open(path).text), dirname(path));

/** What its replacements change, as selectors; `open` reads a file. */
export function replacementsOf({ folder, value }: Kustomization, open: Open): Record<string, unknown>[] {
  const written = maps(value['replacements']).flatMap((entry) => {
    if (typeof entry['path'] !== 'string') return [entry];
    const read = valueOf(open(join(folder, entry['path'])).text);
    return Array.isArray(read) ? maps(read) : maps([read]);
  });
  return written.flatMap(({ targets }) => maps(targets).flatMap(({ select }) => (isRecord(select) ? [select] : [])));
}

function valueOf(text: string): unknown {
  try {
    return loadValue(text);
  } catch {
    return undefined;
  }
}

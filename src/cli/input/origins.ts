import { dirname, normalize } from 'node:path';
import type { Origin } from '../../input/definitions';
import type { SourceFile } from '../../source/file';
import type { Part } from '../repository/part';

/** What is applied with a file. */
export type OriginOf = (file: SourceFile) => Origin;

/** The files of a kustomization are applied at once; any other file is applied by itself, perhaps with those beside it. */
export function originsOf(parts: readonly { part: Part; files: readonly SourceFile[] }[]): OriginOf {
  const titles = new Map<SourceFile, string>();
  for (const { part, files } of parts) if (part.isAppliedAtOnce) for (const file of files) titles.set(file, part.title);
  return (file) => {
    const title = titles.get(file);
    if (title === undefined) return { unit: file.path, folders: foldersAround(dirname(normalize(file.path))) };
    return { unit: title, folders: foldersAround(normalize(title)) };
  };
}

/** A folder and those that it lies in, the innermost first. */
function foldersAround(folder: string): string[] {
  const outer = dirname(folder);
  return outer === folder ? [folder] : [folder, ...foldersAround(outer)];
}

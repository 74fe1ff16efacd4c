import { dirname, normalize, resolve, sep } from 'node:path';
import type { Origin } from '../../input/definitions';
import type { SourceFile } from '../../source/file';
import type { Part } from '../repository/part';

/** What is applied with a file: several answers for a file that is in several meshes. */
export type OriginsOf = (file: SourceFile) => readonly Origin[];

/** Paths of which the user says that they form one mesh. */
export interface NamedMesh {
  readonly title: string;
  /** Whether a file, or the folder of a kustomization or a chart, is part of it. */
  covers(path: string): boolean;
}

/** Everything that the command line names, as one mesh. */
export const meshOfAll = (paths: readonly string[]): NamedMesh => ({ title: titleOf(paths), covers: () => true });

/** What lies in some folders, as one mesh. */
export function meshOf(folders: readonly string[]): NamedMesh {
  const roots = folders.map((folder) => resolve(folder));
  return {
    title: titleOf(folders),
    covers: (path) => roots.some((root) => `${resolve(path)}${sep}`.startsWith(root.endsWith(sep) ? root : root + sep)),
  };
}

const titleOf = (paths: readonly string[]): string => paths.map((path) => normalize(path)).join(' + ');

/**
 * The meshes that the user names are applied at once, and so is what a kustomization or a release of a chart makes. Any other file is
 * applied by itself, perhaps with those beside it.
 */
export function originsOf(
  parts: readonly { part: Part; files: readonly SourceFile[] }[],
  meshes: readonly NamedMesh[],
): OriginsOf {
  const units = new Map<SourceFile, { unit: string; folder: string }>();
  for (const { part, files } of parts)
    if (part.appliedFrom !== undefined)
      for (const file of files) units.set(file, { unit: part.title, folder: part.appliedFrom });
  return (file) => {
    const known = units.get(file);
    const named = meshes.filter((mesh) => mesh.covers(known?.folder ?? file.path));
    // What is applied at once is as if it were in one folder of its own.
    if (named.length > 0) return named.map((mesh) => ({ unit: mesh.title, folders: [mesh.title] }));
    const { unit, folder } = known ?? { unit: file.path, folder: dirname(file.path) };
    return [{ unit, folders: foldersAround(normalize(folder)) }];
  };
}

/** A folder and those that it lies in, the innermost first. */
function foldersAround(folder: string): string[] {
  const outer = dirname(folder);
  return outer === folder ? [folder] : [folder, ...foldersAround(outer)];
}

import { existsSync, lstatSync, mkdirSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { isInside, realPath, statOf } from '../input/boundary';
import { type NewFile, writeAll } from '../fix/write';
import { UsageError } from '../usage-error';

/** Refuses a folder in which the migrated files would be read as input or take the place of it. */
export function checkOut(out: string, paths: readonly string[]): void {
  const target = realPath(out);
  for (const path of paths) {
    if (path === '-') continue;
    const input = realPath(path);
    const folder = statOf(path)?.isDirectory() ? input : dirname(input);
    if (isInside(out, input))
      throw new UsageError(`--out "${out}" is inside the input "${path}"; name a folder outside of it`);
    if (folder === target)
      throw new UsageError(`--out "${out}" is the folder of the input "${path}"; name another folder`);
  }
  const stat = lstatSync(out, { throwIfNoEntry: false });
  if (stat?.isSymbolicLink()) throw new UsageError(`--out "${out}" is a symbolic link; name the folder itself`);
  if (stat && !stat.isDirectory()) throw new UsageError(`--out "${out}" is not a folder`);
}

/** Writes files below a folder under the names that they have in the input: all or none, and none in the place of another file. */
export function writeOut(out: string, paths: readonly string[], files: readonly NewFile[]): void {
  const placed = files.map(({ path, text }) => ({ from: path, path: join(out, nameIn(path, paths)), text }));
  const known = new Map<string, string>();
  for (const { from, path } of placed) {
    const other = known.get(path);
    if (other !== undefined)
      throw new UsageError(`"${other}" and "${from}" would both be written to "${path}"; migrate them one by one`);
    known.set(path, from);
    if (lstatSync(path, { throwIfNoEntry: false }))
      throw new UsageError(`"${path}" exists; name an empty folder with --out`);
    if (existsSync(out) && !isInside(path, realPath(out)))
      throw new UsageError(`cannot write "${path}": a symbolic link leads to another place`);
  }
  for (const { path } of placed) makeFolder(dirname(path));
  writeAll(placed);
}

/** The name of a file below the folder that the command line names; its own name where it is named itself. */
function nameIn(path: string, paths: readonly string[]): string {
  const folders = paths.filter((each) => each !== '-' && statOf(each)?.isDirectory() && isInside(path, realPath(each)));
  const [folder] = folders.sort((one, other) => other.length - one.length);
  if (folder === undefined) return basename(path).replaceAll(/[<>]/g, '') || 'input.yaml';
  return relative(resolve(folder), resolve(path));
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new UsageError(`cannot create folder "${folder}": ${(error as Error).message}`);
  }
}

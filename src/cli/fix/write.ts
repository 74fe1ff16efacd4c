import { randomBytes } from 'node:crypto';
import {
  accessSync,
  appendFileSync,
  chmodSync,
  constants,
  existsSync,
  lstatSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { boundaryOf, isInside, isStream, realPath } from '../input/boundary';
import { UsageError } from '../usage-error';
import { own } from '../../source/own';

/** A file to be written. */
export interface NewFile {
  path: string;
  text: string;
}

/** Writes files, all or none: each is complete before the first takes its place. A file that is there keeps its mode. */
export function writeAll(files: readonly NewFile[]): void {
  const drafts: { draft: string; path: string }[] = [];
  try {
    for (const { path, text } of files) {
      const target = targetOf(path);
      const draft = target.isPlain ? draftFor(target.path) : target.path;
      // A draft is a new file: a link in its place is an error.
      orUsageError(path, () => writeFileSync(draft, text, { flag: target.isPlain ? 'wx' : 'w' }));
      if (target.isPlain) drafts.push({ draft, path: target.path });
      if (target.mode !== undefined) orUsageError(path, () => chmodSync(draft, target.mode!));
    }
    for (const { draft, path } of drafts) orUsageError(path, () => renameSync(draft, path));
  } finally {
    for (const { draft } of drafts) if (existsSync(draft)) rmSync(draft);
  }
}

/** An unpredictable name beside a file. */
const draftFor = (path: string): string =>
  join(dirname(path), `.${basename(path).slice(0, 200)}.${randomBytes(8).toString('hex')}.tmp`);

/** Appends to a file that others write to as well. */
export function append({ path, text }: NewFile): void {
  orUsageError(path, () => appendFileSync(path, text));
}

/** Where a file really lies; devices and pipes are written to as they are. */
function targetOf(path: string): { path: string; isPlain: boolean; mode?: number } {
  const stat = orUsageError(path, () => statSync(path, { throwIfNoEntry: false }));
  if (stat?.isDirectory()) throw new UsageError(`cannot write "${path}": it is a folder`);
  if (orUsageError(path, () => leadsOut(path)))
    throw new UsageError(`cannot write "${path}": a symbolic link leads to another place`);
  if (!stat) return { path, isPlain: true };
  if (stat.isFile()) orUsageError(path, () => accessSync(path, constants.W_OK));
  return stat.isFile() ? { path: realpathSync(path), isPlain: true, mode: stat.mode } : { path, isPlain: false };
}

/** Whether links take a path elsewhere: out of the repository that it names a place of, or the file itself out of its folder's. */
function leadsOut(path: string): boolean {
  if (isStream(path)) return false;
  const here = realPath('.');
  const home = boundaryOf('.');
  const absolute = resolve(here, path);
  if (isInside(dirname(absolute), home) || absolute.startsWith(`${home}/`)) return !isInside(absolute, home);
  const isLink = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
  return isLink && !isInside(path, boundaryOf(dirname(path)));
}

const REASONS: Record<string, (path: string) => string> = {
  ENOENT: (path) => `folder "${dirname(path)}" does not exist`,
  ENOTDIR: (path) => `"${dirname(path)}" is not a folder`,
  EACCES: () => 'permission denied',
  EROFS: () => 'the file system is read-only',
  ENOSPC: () => 'no space left on the device',
};

function orUsageError<Result>(path: string, access: () => Result): Result {
  try {
    return access();
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    throw new UsageError(`cannot write "${path}": ${own(REASONS, code)?.(path) ?? message}`);
  }
}

import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Repository, git } from './git';
import { whyUnwritable } from '../input/read-text';
import { UsageError, isUsageError } from '../usage-error';

/** A state of the repository: a commit, what is staged, or the nothing before the first commit. */
export type State = { commit: string } | 'index' | 'nothing';

/** A file in a state of the repository. */
export interface Entry {
  mode: string;
  hash: string;
  path: string;
}

const SYMLINK = '120000';
const SUBMODULE = '160000';

/** Every file of a state. */
export function entriesOf(state: State, { root }: Repository): Entry[] {
  if (state === 'nothing') return [];
  if (state === 'index') return unique(git(root, ['ls-files', '-s', '-z']), /^(\d+) (\w+) \d\t(.+)$/s);
  return unique(git(root, ['ls-tree', '-r', '-z', '--full-tree', state.commit]), /^(\d+) \w+ (\w+)\t(.+)$/s);
}

/** In an index with a merge under way a path stands several times. */
function unique(listing: Buffer, pattern: RegExp): Entry[] {
  const entries = new Map<string, Entry>();
  for (const line of listing.toString().split('\0')) {
    const [, mode, hash, path] = pattern.exec(line) ?? [];
    if (mode && hash && path && mode !== SUBMODULE) entries.set(path, { mode, hash, path });
  }
  return [...entries.values()];
}

/** Tells which files a run could read: configuration, and all that belongs to a kustomization or a chart. */
export function concernOf(entries: readonly Entry[]): (path: string) => boolean {
  const rendered = new Set<string>();
  for (const { path } of entries)
    if (/(^|\/)(kustomization\.ya?ml|Kustomization|Chart\.yaml)$/.test(path)) rendered.add(dirname(path));
  const isRendered = (folder: string): boolean =>
    rendered.has(folder) || (folder !== '.' && isRendered(dirname(folder)));
  return (path) => /\.(ya?ml|json)$|(^|\/)\.meshlintignore$/i.test(path) || isRendered(dirname(path));
}

/** Does something in a copy of a state of the repository, standing where the working directory stands in it. */
export async function inCopy<Result>(
  entries: readonly Entry[],
  repository: Repository,
  body: () => Result | Promise<Result>,
): Promise<Result> {
  const home = process.cwd();
  const copy = temporaryFolder();
  try {
    process.chdir(filled(copy, entries, repository));
    return await body();
  } finally {
    process.chdir(home);
    rmSync(copy, { recursive: true, force: true });
  }
}

function temporaryFolder(): string {
  try {
    return mkdtempSync(join(realpathSync(tmpdir()), 'meshlint-'));
  } catch (error) {
    throw new UsageError(`cannot make a temporary folder in "${tmpdir()}": ${whyUnwritable(error)}`);
  }
}

/** Writes a state into a folder, and gives the place in it where the working directory is. */
function filled(copy: string, entries: readonly Entry[], repository: Repository): string {
  try {
    write(entries.filter(isInside), copy, repository);
    const here = join(copy, repository.prefix);
    mkdirSync(here, { recursive: true });
    // Where a repository ends, the search for what lies above a file ends.
    mkdirSync(join(copy, '.git'), { recursive: true });
    return here;
  } catch (error) {
    if (isUsageError(error)) throw error;
    throw new UsageError(`cannot copy the files of the repository to "${tmpdir()}": ${whyUnwritable(error)}`);
  }
}

/** A tree that somebody forged may name a place outside of the copy. */
const isInside = ({ path }: Entry): boolean => !path.split('/').some((part) => part === '..' || part === '');

/** Links are made last, so that nothing is written through one. */
function write(entries: readonly Entry[], copy: string, { root }: Repository): void {
  const texts = contents(entries, root);
  const place = (link: boolean) =>
    entries.forEach(({ mode, path }, index) => {
      if ((mode === SYMLINK) !== link) return;
      mkdirSync(dirname(join(copy, path)), { recursive: true });
      if (link) symlinkSync(texts[index]!, join(copy, path));
      else writeFileSync(join(copy, path), texts[index]!);
    });
  place(false);
  place(true);
}

/** The blobs of entries, in their order. Read as they are stored: no filter runs. */
function contents(entries: readonly Entry[], root: string): Buffer[] {
  if (entries.length === 0) return [];
  const answer = git(root, ['cat-file', '--batch'], entries.map(({ hash }) => `${hash}\n`).join(''));
  const blobs: Buffer[] = [];
  const unreadable = () => new UsageError(`git cannot read "${entries[blobs.length]?.path}" in this repository`);
  for (let at = 0; at < answer.length;) {
    const end = answer.indexOf('\n', at);
    const [, type, size = ''] = answer.toString('latin1', at, end).split(' ');
    if (end < 0 || type !== 'blob') throw unreadable();
    blobs.push(answer.subarray(end + 1, end + 1 + Number(size)));
    at = end + Number(size) + 2;
  }
  if (blobs.length < entries.length) throw unreadable();
  return blobs;
}

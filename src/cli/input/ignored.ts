/** What is not read of folders: what git ignores, or by the same patterns .gitignore files where git cannot be asked, and .meshlintignore files. */
import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { bytesOf, isInside, realPath, repositoryAbove, statOf } from './boundary';
import { listedByGit } from '../git/git';
import { gitignore } from './gitignore';
import { whyUnreadable } from './read-text';
import { UsageError } from '../usage-error';

/** Tells whether a file or a folder is to be left out. */
export type Ignored = (path: string, kind: 'file' | 'folder') => boolean;

/** The same, with `undefined` for what no pattern matches: patterns that start with "!" take back in what others leave out. */
type Patterns = (path: string, kind: 'file' | 'folder') => boolean | undefined;

function patternsOf(folder: string, lines: string): Patterns {
  const verdictOn = gitignore(lines);
  const here = process.cwd();
  const root = resolve(folder);
  return (path, kind) => {
    const within = relative(root, resolve(here, path)).split(sep).join('/');
    if (within === '' || within.startsWith('..')) return undefined;
    return verdictOn(within, kind);
  };
}

/** What the lines of a .gitignore leave out of a folder. */
export function ignoring(folder: string, lines: string): Ignored {
  const patterns = patternsOf(folder, lines);
  return (path, kind) => patterns(path, kind) === true;
}

const MOST_REPOSITORIES = 100;

/** What is left out of one folder of a walk, and of what is below it. */
export class Filter {
  private constructor(
    private readonly configured: readonly Ignored[],
    private readonly boundary: string,
    /** What git lists in the folder's repository; undefined where git cannot say. */
    private readonly listed: Ignored | undefined,
    /** From the root of the repository downwards: the deepest file decides. */
    private readonly gitignore: readonly Patterns[],
    private readonly meshlintignore: readonly Patterns[],
    private readonly repositories = { asked: 0 },
  ) {}

  /** The filter for a folder that was named: what leaves out the folder itself does not count. */
  static of(folder: string, configured: readonly Ignored[], boundary: string): Filter {
    const above = foldersAbove(folder);
    const patterns = (name: string) => above.flatMap((each) => patternsIn(each, name, boundary));
    const gitignore = patterns('.gitignore');
    const isAsked = gitignore.some((each) => each(folder, 'folder') === true);
    return new Filter(
      configured.filter((leaves) => !leaves(folder, 'folder')),
      boundary,
      isAsked ? undefined : listing(folder),
      withoutThose(gitignore, folder),
      withoutThose(patterns('.meshlintignore'), folder),
    ).with(folder);
  }

  /** The filter for a folder below; with a `.git` it is a repository of its own. */
  inside(folder: string, kind: 'folder' | 'repository'): Filter {
    const { configured, boundary, repositories, listed, gitignore, meshlintignore } = this;
    if (kind === 'folder')
      return new Filter(
        configured,
        boundary,
        listed,
        withoutThose(gitignore, folder),
        withoutThose(meshlintignore, folder),
        repositories,
      ).with(folder);
    const own = repositories.asked++ < MOST_REPOSITORIES ? listing(folder) : undefined;
    return new Filter(configured, boundary, own, [], meshlintignore, repositories).with(folder);
  }

  leaves(path: string, kind: 'file' | 'folder'): boolean {
    if (this.configured.some((leaves) => leaves(path, kind)) || verdict(this.meshlintignore, path, kind)) return true;
    return this.listed ? this.listed(path, kind) : verdict(this.gitignore, path, kind);
  }

  private with(folder: string): Filter {
    return new Filter(
      this.configured,
      this.boundary,
      this.listed,
      this.listed ? [] : [...this.gitignore, ...patternsIn(folder, '.gitignore', this.boundary)],
      [...this.meshlintignore, ...patternsIn(folder, '.meshlintignore', this.boundary)],
      this.repositories,
    );
  }
}

/** The deepest file that has a pattern for a path decides. */
const verdict = (files: readonly Patterns[], path: string, kind: 'file' | 'folder'): boolean =>
  files.reduceRight<boolean | undefined>((known, file) => known ?? file(path, kind), undefined) ?? false;

/** What leaves out a folder that is read all the same says nothing of what is in it. */
const withoutThose = (files: readonly Patterns[], folder: string): Patterns[] =>
  files.filter((file) => file(folder, 'folder') !== true);

/** What git does not list: files that it ignores and does not track, and folders that hold nothing else. */
function listing(folder: string): Ignored | undefined {
  const root = repositoryAbove(realPath(folder));
  const paths = root === undefined ? undefined : listedByGit(folder, root);
  if (!paths?.length) return undefined;
  const kept = new Set<string>();
  for (const path of paths) for (let at = path; at !== '.' && !kept.has(at); at = dirname(at)) kept.add(at);
  return (path) => !kept.has(relative(folder, path).split(sep).join('/').normalize());
}

function patternsIn(folder: string, name: string, boundary: string): Patterns[] {
  const path = join(folder, name);
  if (!statOf(path)?.isFile() || !isInside(path, boundary)) return [];
  try {
    return [patternsOf(folder, bytesOf(path).toString('utf8'))];
  } catch (error) {
    throw new UsageError(`cannot read "${path}": ${whyUnreadable(error)}`);
  }
}

/** The folders above a folder, from the root of its repository downwards; none outside of a repository. */
function foldersAbove(folder: string): string[] {
  const above: string[] = [];
  let root = resolve(folder);
  while (!existsSync(join(root, '.git'))) {
    if (dirname(root) === root) return [];
    root = dirname(root);
    above.unshift(root);
  }
  return above;
}

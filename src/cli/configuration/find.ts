import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { boundaryOf, isInside, statOf } from '../input/boundary';
import { globRoot, isPattern } from '../input/files';
import { UsageError } from '../usage-error';

const NAMES = ['.meshlint.yaml', '.meshlint.yml'];

/** The configuration nearest above all that is named on the command line, within the repository; undefined where there is none. */
export function findConfiguration(paths: readonly string[]): string | undefined {
  for (let folder = sharedFolder(paths); ; folder = dirname(folder)) {
    const found = NAMES.map((name) => join(folder, name)).find((path) => existsSync(path));
    if (found) return withinRepository(shortest(found), boundaryOf(folder));
    if (existsSync(join(folder, '.git')) || dirname(folder) === folder) return undefined;
  }
}

/** What a link shows as a configuration must not be another file of the user: its text would appear in messages. */
function withinRepository(path: string, boundary: string): string {
  if (isInside(path, boundary)) return path;
  throw new UsageError(
    `"${path}" is a symbolic link that leads out of "${shortest(boundary)}"; ignore it with --no-config, or name another file with --config`,
  );
}

/** Where the files lie that a run is about: what lies beyond its repository is not of that repository. */
export const homeOf = (paths: readonly string[]): string => boundaryOf(sharedFolder(paths));

/** The deepest folder in which everything lies; the current one for standard input and a cluster. */
function sharedFolder(paths: readonly string[]): string {
  const [first = resolve('.'), ...others] = paths.filter((path) => path !== '-').map(folderOf);
  const holds = (folder: string) => others.every((other) => `${other}${sep}`.startsWith(folder + sep));
  let shared = first;
  while (!holds(shared) && dirname(shared) !== shared) shared = dirname(shared);
  return shared;
}

function folderOf(path: string): string {
  if (isPattern(path)) return resolve(globRoot(path));
  return statOf(path)?.isDirectory() ? resolve(path) : dirname(resolve(path));
}

/** As somebody standing here would write it. */
export function shortest(path: string): string {
  const within = relative('.', path);
  return within.length < path.length ? within || '.' : path;
}

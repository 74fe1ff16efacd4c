import { existsSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';

/**
 * Names files from the root of the repository that the working directory lies in, with slashes; where it lies in none, from the
 * working directory. What lies outside is named in full.
 */
export function repositoryNaming(folder = process.cwd()): (path: string) => string {
  const root = rootAbove(folder) ?? folder;
  return (path) => {
    if (path.startsWith('<')) return path;
    const absolute = resolve(folder, path);
    const within = relative(root, absolute);
    const isOutside = within.startsWith('..') || isAbsolute(within);
    return (isOutside ? absolute : within).split(sep).join('/');
  };
}

function rootAbove(folder: string): string | undefined {
  if (existsSync(join(folder, '.git'))) return folder;
  const above = dirname(folder);
  return above === folder ? undefined : rootAbove(above);
}

import { existsSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';

/** The folder that a kustomization must not reach out of, by whatever way: `..`, absolute paths, or symbolic links. */
export class Boundary {
  private readonly inside: string;

  /** The repository around a folder. */
  constructor(folder: string) {
    this.inside = withSlash(realpathSync(repositoryOf(folder)));
  }

  /** What is there, and really lies inside; what is neither a file nor a folder (devices, pipes) counts as absent. */
  kindOf(path: string): 'file' | 'folder' | undefined {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (!stat || !this.holds(path)) return undefined;
    return stat.isDirectory() ? 'folder' : stat.isFile() ? 'file' : undefined;
  }

  /** Whether a path leads to something that really lies inside. */
  holds(path: string): boolean {
    try {
      return withSlash(realpathSync(path)).startsWith(this.inside);
    } catch {
      return false;
    }
  }
}

/** The folder around that git knows, else the working directory if it lies around, else the folder itself. */
function repositoryOf(folder: string): string {
  for (let at = resolve(folder); ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return at;
    if (dirname(at) === at) break;
  }
  return relative('.', folder).startsWith('..') ? folder : '.';
}

const withSlash = (path: string): string => (path.endsWith(sep) ? path : path + sep);

import { isUtf8 } from 'node:buffer';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import ignore, { type Ignore } from 'ignore';
import { minimatch } from 'minimatch';
import { SourceFile } from '../source/file';
import { read } from '../source/read';
import { isKustomizationName } from './repository/kustomization';
import { UsageError } from './usage-error';

const MOST_BYTES = 64 * 1024 * 1024;
const EXTENSION = /\.(ya?ml|json)$/i;
const SKIPPED = new Set(['.git', 'node_modules']);

/** How a file came to be read: somebody named it, or it was found below a folder. */
export interface Found {
  path: string;
  named: boolean;
}

/** What an argument of the command line stands for: files, and the folder they lie in where it names one. */
export interface Expanded {
  folder?: string;
  found: Found[];
}

/** What the command line names: a file, a folder (all YAML and JSON below it), or a glob. */
export function expand(path: string): Expanded {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat?.isDirectory()) {
    const found = walk(path, []);
    if (found.length === 0) throw new UsageError(`no YAML or JSON file below "${path}"`);
    return { folder: path, found };
  }
  if (stat) return { found: [{ path, named: true }] };
  if (!/[*?[{]/.test(path)) throw new UsageError(`there is no file or folder "${path}"`);
  const matching = walk(globRoot(path), []).filter((found) => minimatch(found.path, path, { dot: true }));
  if (matching.length === 0) throw new UsageError(`no YAML or JSON file matches "${path}"`);
  return { found: matching };
}

/** Reads standard input under a name. */
export const readStdin = (name: string): SourceFile => read(name, readFileSync(0, 'utf8'));

/** The folder that a pattern's fixed part names. */
function globRoot(pattern: string): string {
  const parts = pattern.split('/');
  const fixed = parts.slice(
    0,
    parts.findIndex((part) => /[*?[{]/.test(part)),
  );
  return fixed.length ? fixed.join('/') || '/' : '.';
}

interface IgnoreFile {
  folder: string;
  rules: Ignore;
}

/** Every YAML and JSON file below a folder that no .gitignore on the way excludes, in the order of their names. */
function walk(folder: string, ignored: readonly IgnoreFile[]): Found[] {
  const own = ignoreFile(folder);
  const all = own ? [...ignored, own] : ignored;
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const path = folder === '.' ? entry.name : join(folder, entry.name);
    if (SKIPPED.has(entry.name) || isIgnored(path, all, entry.isDirectory())) return [];
    if (entry.isDirectory()) return walk(path, all);
    return (EXTENSION.test(entry.name) || isKustomizationName(entry.name)) &&
      statSync(path, { throwIfNoEntry: false })?.isFile()
      ? [{ path, named: false }]
      : [];
  });
}

function ignoreFile(folder: string): IgnoreFile | undefined {
  const path = join(folder, '.gitignore');
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) return undefined;
  return { folder, rules: ignore().add(readFileSync(path, 'utf8')) };
}

function isIgnored(path: string, ignored: readonly IgnoreFile[], isFolder: boolean): boolean {
  return ignored.some(({ folder, rules }) => {
    const relative = folder === '.' ? path : path.slice(folder.length + (folder.endsWith('/') ? 0 : 1));
    return rules.ignores(isFolder ? `${relative}/` : relative);
  });
}

/** Reads a file; what cannot be read as text is a problem of the file. */
export function readFile({ path, named }: Found): SourceFile {
  const bytes = bytesOf(path);
  if (bytes.length > MOST_BYTES)
    return unreadable(path, `this file has ${megabytes(bytes.length)}; at most ${megabytes(MOST_BYTES)} are read`);
  if (!isUtf8(bytes)) return unreadable(path, 'this file is not UTF-8 text');
  const text = bytes.toString('utf8');
  // What mentions neither cannot hold a Kubernetes object: package locks, values files, CI configuration.
  if (!named && !/\b(apiVersion|kind)\b/.test(text)) {
    const file = new SourceFile(path, '');
    file.passedOver = 1;
    return file;
  }
  return read(path, text);
}

function bytesOf(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new UsageError(`cannot read "${path}": ${(error as NodeJS.ErrnoException).code ?? (error as Error).message}`);
  }
}

function unreadable(path: string, message: string): SourceFile {
  const file = new SourceFile(path, '');
  file.problems.push({ rule: 'unreadable-file', message, place: file.spot({ start: 0, end: 1 }), related: [] });
  return file;
}

const megabytes = (bytes: number) => `${Math.round(bytes / 1024 / 1024)} MiB`;

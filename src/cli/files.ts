import { isUtf8 } from 'node:buffer';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import ignore, { type Ignore } from 'ignore';
import { minimatch } from 'minimatch';
import { type Role, SourceFile } from '../source/file';
import { read } from '../source/read';
import { UsageError } from './usage-error';

const MOST_BYTES = 64 * 1024 * 1024;
const EXTENSION = /\.(ya?ml|json)$/i;
const SKIPPED = new Set(['.git', 'node_modules']);

/** How a file came to be read: somebody named it, or it was found below a folder. */
interface Found {
  path: string;
  named: boolean;
}

/** Reads what the command line names: files, folders (all YAML and JSON below them), globs, and `-` for standard input. */
export function readPaths(paths: readonly string[], role: Role, stdinName: string): SourceFile[] {
  const seen = new Set<string>();
  return paths.flatMap((path) => {
    if (path === '-') return [read(stdinName, readFileSync(0, 'utf8'), role)];
    return expand(path)
      .filter((found) => !seen.has(found.path) && seen.add(found.path))
      .map((found) => readFile(found, role));
  });
}

function expand(path: string): Found[] {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat?.isDirectory()) {
    const below = walk(path, []);
    if (below.length === 0) throw new UsageError(`no YAML or JSON file below "${path}"`);
    return below;
  }
  if (stat) return [{ path, named: true }];
  if (!/[*?[{]/.test(path)) throw new UsageError(`there is no file or folder "${path}"`);
  const matching = walk(globRoot(path), []).filter((found) => minimatch(found.path, path, { dot: true }));
  if (matching.length === 0) throw new UsageError(`no YAML or JSON file matches "${path}"`);
  return matching;
}

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
    return EXTENSION.test(entry.name) && statSync(path, { throwIfNoEntry: false })?.isFile()
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

function readFile({ path, named }: Found, role: Role): SourceFile {
  const bytes = bytesOf(path);
  if (bytes.length > MOST_BYTES)
    return unreadable(
      path,
      role,
      `this file has ${megabytes(bytes.length)}; at most ${megabytes(MOST_BYTES)} are read`,
    );
  if (!isUtf8(bytes)) return unreadable(path, role, 'this file is not UTF-8 text');
  const text = bytes.toString('utf8');
  // What mentions neither cannot hold a Kubernetes object: package locks, values files, CI configuration.
  if (!named && !/\b(apiVersion|kind)\b/.test(text)) {
    const file = new SourceFile(path, '', role);
    file.passedOver = 1;
    return file;
  }
  return read(path, text, role);
}

function bytesOf(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new UsageError(`cannot read "${path}": ${(error as NodeJS.ErrnoException).code ?? (error as Error).message}`);
  }
}

function unreadable(path: string, role: Role, message: string): SourceFile {
  const file = new SourceFile(path, '', role);
  file.problems.push({ rule: 'unreadable-file', message, place: file.spot({ start: 0, end: 1 }), related: [] });
  return file;
}

const megabytes = (bytes: number) => `${Math.round(bytes / 1024 / 1024)} MiB`;

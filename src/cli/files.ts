import { isUtf8 } from 'node:buffer';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import ignore from 'ignore';
import { minimatch } from 'minimatch';
import { SourceFile } from '../source/file';
import { read } from '../source/read';
import { whyUnreadable } from './read-text';
import { type Drafts, realPath } from './rehearsal';
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
export function expand(path: string, ignored: readonly Ignored[] = []): Expanded {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat?.isDirectory()) {
    const found = walk(path, outside(path, ignored));
    if (found.length === 0) throw new UsageError(`no YAML or JSON file below "${path}"`);
    return { folder: path, found };
  }
  if (stat) return { found: [{ path, named: true }] };
  if (!isPattern(path)) throw new UsageError(`there is no file or folder "${path}"`);
  const root = globRoot(path);
  const all = walk(root, outside(root, ignored));
  const matching = all.filter((found) => minimatch(found.path, path, { dot: true }));
  if (matching.length === 0) throw new UsageError(`no YAML or JSON file matches "${path}"`);
  return { found: matching };
}

let stdin: string | undefined;

/** Reads standard input under a name; whoever reads it again finds the same. */
export function readStdin(name: string): SourceFile {
  stdin ??= readFileSync(0, 'utf8');
  return read(name, stdin);
}

/** Whether an argument is a glob, unless something has that very name. */
export const isPattern = (path: string): boolean => /[*?[{]/.test(path);

/** The folder that a pattern's fixed part names. */
export function globRoot(pattern: string): string {
  const parts = pattern.split('/');
  const fixed = parts.slice(
    0,
    parts.findIndex((part) => isPattern(part)),
  );
  return fixed.length ? fixed.join('/') || '/' : '.';
}

/** Tells whether a file or a folder is to be left out. */
export type Ignored = (path: string, kind: 'file' | 'folder') => boolean;

/** What the lines of a .gitignore leave out of a folder. */
export function ignoring(folder: string, lines: string): Ignored {
  const rules = ignore().add(lines);
  const here = process.cwd();
  const root = resolve(folder);
  return (path, kind) => {
    const within = relative(root, resolve(here, path)).split(sep).join('/');
    if (within === '' || within.startsWith('..')) return false;
    return rules.ignores(kind === 'folder' ? `${within}/` : within);
  };
}

/** What is ours to read, and nobody's to judge. */
const isSkipped = (name: string): boolean => SKIPPED.has(name) || name.startsWith('.meshlint');

/** Every YAML and JSON file below a folder that is not left out, by a .gitignore on the way either, in the order of their names. */
function walk(folder: string, ignored: readonly Ignored[]): Found[] {
  const all = [...ignored, ...ignoreFile(folder)];
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const path = folder === '.' ? entry.name : join(folder, entry.name);
    if (isSkipped(entry.name) || all.some((leaves) => leaves(path, entry.isDirectory() ? 'folder' : 'file'))) return [];
    if (entry.isDirectory()) return walk(path, all);
    return (EXTENSION.test(entry.name) || isKustomizationName(entry.name)) &&
      statSync(path, { throwIfNoEntry: false })?.isFile()
      ? [{ path, named: false }]
      : [];
  });
}

function ignoreFile(folder: string): Ignored[] {
  const path = join(folder, '.gitignore');
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) return [];
  return [ignoring(folder, readFileSync(path, 'utf8'))];
}

/** What is left out of a folder by what lies above it; not the folder itself, which was asked for. */
const outside = (folder: string, ignored: readonly Ignored[]): Ignored[] =>
  [...ignored, ...ignoredAbove(folder)].filter((leaves) => !leaves(folder, 'folder'));

/** What the .gitignore files above a folder leave out, up to the root of its repository. */
function ignoredAbove(folder: string): Ignored[] {
  const above: string[] = [];
  let root = resolve(folder);
  while (!existsSync(join(root, '.git'))) {
    if (dirname(root) === root) return [];
    root = dirname(root);
    above.push(root);
  }
  return above.flatMap(ignoreFile);
}

/** Reads a file; what cannot be read as text is a problem of the file. A draft counts for what the file holds. */
export function readFile({ path, named }: Found, drafts?: Drafts): SourceFile {
  const draft = drafts?.get(realPath(path));
  if (draft !== undefined) return read(path, draft);
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
    throw new UsageError(`cannot read "${path}": ${whyUnreadable(error)}`);
  }
}

function unreadable(path: string, message: string): SourceFile {
  const file = new SourceFile(path, '');
  file.problems.push({ rule: 'unreadable-file', message, place: file.spot({ start: 0, end: 1 }), related: [] });
  return file;
}

const megabytes = (bytes: number) => `${Math.round(bytes / 1024 / 1024)} MiB`;

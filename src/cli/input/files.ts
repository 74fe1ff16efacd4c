import { isUtf8 } from 'node:buffer';
import { type Dirent, type Stats, existsSync, lstatSync, readdirSync } from 'node:fs';
import { dirname, join, normalize, sep } from 'node:path';
import { type Problem, SourceFile } from '../../source/file';
import { read } from '../../source/read';
import { TooLarge, boundaryOf, bytesOf, bytesOfStream, isInside, isStream, realPath, statOf } from './boundary';
import { Filter, type Ignored } from './ignored';
import { patternFault, patternOf } from './patterns';
import { whyUnreadable } from './read-text';
import type { Drafts } from '../fix/fix-rounds';
import { isKustomizationName } from '../repository/kustomization';
import { Skips } from './skips';
import { UsageError } from '../usage-error';

const EXTENSION = /\.(ya?ml|json)$/i;
const SKIPPED = new Set(['.git', 'node_modules']);

/** How a file came to be read: the command line or another file names it, or it was found below a folder. */
export interface Found {
  path: string;
  named: boolean;
  /** The name of the file where it is not UTF-8 text, and `path` only shows it. */
  bytes?: Buffer;
  /** Outside of this boundary the file is not read. */
  within?: string;
}

/** What an argument of the command line stands for: files, and the folder they lie in where it names one. */
export interface Expanded {
  folder?: string;
  found: Found[];
}

/** What the command line names: a file, a folder (all YAML and JSON below it), or a glob. */
export function expand(path: string, ignored: readonly Ignored[] = []): Expanded {
  const stat = statOf(path);
  if (stat?.isDirectory()) {
    const found = allBelow(path, ignored);
    if (found.length === 0) throw new UsageError(`no YAML or JSON file in "${path}"`);
    return { folder: path, found };
  }
  if (lstatOf(path)) return { found: namedFile(path, stat) };
  if (!isPattern(path)) throw new UsageError(`file or folder "${path}" does not exist`);
  const fault = patternFault(path);
  if (fault) throw new UsageError(`"${path.slice(0, 60)}...": ${fault}`);
  const matches = patternOf(normalize(path));
  const all = allBelow(globRoot(path), ignored);
  const matching = all.filter((found) => matches(normalize(found.path)));
  if (matching.length === 0) throw new UsageError(`no YAML or JSON file matches "${path}"`);
  return { found: matching };
}

function allBelow(folder: string, ignored: readonly Ignored[]): Found[] {
  const skips = new Skips();
  const boundary = boundaryOf(folder);
  const found = walk(Buffer.from(folder), Filter.of(folder, ignored, boundary), { boundary, skips });
  skips.report();
  return found;
}

/** A shell writes out `*.yaml`, so what is named may come from the repository: a link that leads out of it is not followed. */
function namedFile(path: string, stat: Stats | undefined): Found[] {
  if (isStream(path)) return [{ path, named: true }];
  const skips = new Skips();
  const isLink = lstatOf(path)?.isSymbolicLink();
  if (!stat) skips.add('broken', path);
  else if (isLink && !isInside(path, boundaryOf(dirname(path)))) skips.add('outside', path);
  else if (!stat.isFile()) skips.add('special', path);
  else return [{ path, named: true }];
  skips.report();
  return [];
}

function lstatOf(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

let stdin: string | undefined;

/** Reads standard input under a name; whoever reads it again finds the same. */
export function readStdin(name: string): SourceFile {
  stdin ??= textOfStdin();
  return read(name, stdin);
}

function textOfStdin(): string {
  try {
    return bytesOfStream(0).toString('utf8');
  } catch (error) {
    throw new UsageError(`cannot read standard input: ${whyUnreadable(error)}`);
  }
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

/** What is ours to read, and nobody's to judge. */
const isSkipped = (name: string): boolean => SKIPPED.has(name) || name.startsWith('.meshlint');

/** Where a walk must stay, and what it skips. */
interface Walk {
  readonly boundary: string;
  readonly skips: Skips;
}

/** Every YAML and JSON file below a folder that is not left out, in the order of their names. */
function walk(folder: Buffer, filter: Filter, around: Walk): Found[] {
  return entriesOf(folder, around.skips).flatMap((entry) => {
    const name = entry.name.toString();
    const bytes = folder.equals(HERE) ? entry.name : Buffer.concat([folder, SLASH, entry.name]);
    const path = folder.equals(HERE) ? name : join(folder.toString(), name);
    if (isSkipped(name) || filter.leaves(path, entry.isDirectory() ? 'folder' : 'file')) return [];
    if (entry.isDirectory())
      return walk(bytes, filter.inside(path, existsSync(join(path, '.git')) ? 'repository' : 'folder'), around);
    const isWanted = EXTENSION.test(name) || isKustomizationName(name);
    if (!isWanted && !entry.isSymbolicLink()) return [];
    return isReadable(bytes, entry, isWanted, path, around)
      ? [{ path, named: false, ...(!isUtf8(bytes) && { bytes }) }]
      : [];
  });
}

const HERE = Buffer.from('.');
const SLASH = Buffer.from(sep);

function entriesOf(folder: Buffer, skips: Skips): Dirent<Buffer>[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true, encoding: 'buffer' });
    return entries.sort((a, b) => (a.name.toString() < b.name.toString() ? -1 : 1));
  } catch {
    skips.add('unreadable', folder.toString());
    return [];
  }
}

/** Whether an entry of a folder is a regular file within the boundary; a link to a folder is only looked at, never followed. */
function isReadable(bytes: Buffer, entry: Dirent<Buffer>, isWanted: boolean, path: string, { boundary, skips }: Walk) {
  const stat = statOf(bytes);
  if (entry.isSymbolicLink() && stat && !isInside(path, boundary)) {
    if (isWanted || stat.isDirectory()) skips.add('outside', path);
    return false;
  }
  if (!isWanted || stat?.isDirectory()) return false;
  if (stat?.isFile()) return true;
  skips.add(stat ? 'special' : 'broken', path);
  return false;
}

/** Reads a file; what cannot be read as text is a problem of the file. A draft counts for what the file holds. */
export function readFile({ path, named, bytes: name, within }: Found, drafts?: Drafts): SourceFile {
  const draft = drafts?.get(realPath(path));
  if (draft !== undefined) return named ? read(path, draft) : withoutTemplates(read(path, draft));
  if (within !== undefined && !isInside(path, within)) return skipped(path);
  const bytes = contentOf(path, name ?? path, named);
  if (typeof bytes === 'string') return unreadable(path, `this file cannot be read: ${bytes}`);
  if (!isUtf8(bytes)) return unreadable(path, 'this file is not UTF-8 text');
  const text = bytes.toString('utf8');
  // What mentions neither cannot hold a Kubernetes object: package locks, values files, CI configuration.
  if (!named && !/\b(apiVersion|kind)\b/.test(text)) {
    const file = new SourceFile(path, '');
    file.passedOver = 1;
    return file;
  }
  return named ? read(path, text) : withoutTemplates(read(path, text));
}

/** A folder may hold templates of any program: they are counted. A template that was named is an error. */
function withoutTemplates(file: SourceFile): SourceFile {
  const isTemplate = ({ rule }: Problem) => rule === 'unrendered-template';
  const others = file.problems.filter((problem) => !isTemplate(problem));
  file.templates = file.problems.length - others.length;
  file.problems.splice(0, file.problems.length, ...others);
  return file;
}

/** A file that another one names outside of what may be read. */
function skipped(path: string): SourceFile {
  const skips = new Skips();
  skips.add('outside', path);
  skips.report();
  return new SourceFile(path, '');
}

/** The bytes of a file, or why they cannot be read. A file that was named and is not there is an error of usage. */
function contentOf(path: string, name: string | Buffer, named: boolean): Buffer | string {
  try {
    return isStream(path) ? bytesOfStream(path) : bytesOf(name);
  } catch (error) {
    if (error instanceof TooLarge || !named) return whyUnreadable(error);
    throw new UsageError(`cannot read "${path}": ${whyUnreadable(error)}`);
  }
}

function unreadable(path: string, message: string): SourceFile {
  const file = new SourceFile(path, '');
  file.problems.push({ rule: 'unreadable-file', message, place: file.spot({ start: 0, end: 1 }), related: [] });
  return file;
}

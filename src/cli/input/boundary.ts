/** The boundary of what a run reads and writes: the folders that are named, or the repositories that they lie in. */
import {
  type Stats,
  closeSync,
  constants,
  existsSync,
  fstatSync,
  openSync,
  readSync,
  realpathSync,
  statSync,
} from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';

/** The most bytes that are read of one file. */
const MOST_BYTES = 64 * 1024 * 1024;

/** The most bytes of a file that only the user can name: a proxy's configuration, or what a browser recorded. */
export const MOST_BYTES_OF_DUMP = 400 * 1024 * 1024;

/** Where a file really lies, whatever links lead to it. */
export function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return resolve(path);
  }
}

/** What a path leads to, or undefined where that is nothing. */
export function statOf(path: string | Buffer): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    // A link that leads to itself, or a folder on the way that cannot be read.
    return undefined;
  }
}

/** The root of the repository that a folder really lies in, or the folder itself where it lies in none. */
export function boundaryOf(folder: string): string {
  const real = realPath(folder);
  return repositoryAbove(real) ?? real;
}

/** As `boundaryOf`, but the working directory where a folder lies in it and in no repository: kustomizations take in what lies beside them. */
export function boundaryAround(folder: string): string {
  const real = realPath(folder);
  const here = realPath('.');
  return repositoryAbove(real) ?? (isInside(real, here) ? here : real);
}

/** The nearest folder at or above a folder that has a `.git`. */
export function repositoryAbove(folder: string): string | undefined {
  if (existsSync(join(folder, '.git'))) return folder;
  const above = dirname(folder);
  return above === folder ? undefined : repositoryAbove(above);
}

/** Whether a path really leads to a place within a boundary; one that does not exist yet, by its folder. */
export function isInside(path: string, boundary: string): boolean {
  const real = realTarget(path);
  return real === boundary || real.startsWith(boundary.endsWith(sep) ? boundary : boundary + sep);
}

/** What a path leads to if it exists and really lies within a boundary; devices and pipes count as absent. */
export function kindInside(path: string, boundary: string): 'file' | 'folder' | undefined {
  const stat = statOf(path);
  if (!stat || !isInside(path, boundary)) return undefined;
  return stat.isDirectory() ? 'folder' : stat.isFile() ? 'file' : undefined;
}

function realTarget(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const absolute = resolve(path);
    return dirname(absolute) === absolute ? absolute : join(realTarget(dirname(absolute)), basename(absolute));
  }
}

/** Streams that the shell opens for a program, such as `/dev/stdin` and those of `<(command)`. */
export const isStream = (path: string): boolean =>
  /^\/(dev\/(stdin|stdout|stderr|fd\/\d+|null)$|proc\/self\/fd\/)/.test(path);

/** A file is not a regular file: a device, a pipe or a socket. */
export class NotAFile extends Error {}

/** A file has more bytes than are read. */
export class TooLarge extends Error {
  constructor(bytes: number, most: number) {
    super(`it has ${megabytes(bytes)}; at most ${megabytes(most)} are read`);
  }
}

/** The bytes of a regular file. Throws NotAFile, TooLarge, or the error of the system. */
export function bytesOf(path: string | Buffer, most = MOST_BYTES): Buffer {
  // A pipe without a writer would wait for one.
  const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const stat = fstatSync(file);
    if (stat.isDirectory()) throw Object.assign(new Error('it is a folder'), { code: 'EISDIR' });
    if (!stat.isFile()) throw new NotAFile('it is not a regular file');
    if (stat.size > most) throw new TooLarge(stat.size, most);
    return all(file, most);
  } finally {
    closeSync(file);
  }
}

/** The bytes of a stream that the user named, up to the limit. */
export function bytesOfStream(path: string | number, most = MOST_BYTES): Buffer {
  const file = typeof path === 'number' ? path : openSync(path, constants.O_RDONLY);
  try {
    return all(file, most);
  } finally {
    if (typeof path !== 'number') closeSync(file);
  }
}

const CHUNK = 1024 * 1024;

function all(file: number, most: number): Buffer {
  const chunks: Buffer[] = [];
  for (let total = 0; ;) {
    const chunk = Buffer.allocUnsafe(CHUNK);
    const length = readSync(file, chunk, 0, CHUNK, null);
    if (length === 0) return Buffer.concat(chunks);
    total += length;
    if (total > most) throw new TooLarge(total, most);
    chunks.push(chunk.subarray(0, length));
  }
}

const megabytes = (bytes: number) => `${Math.round(bytes / 1024 / 1024)} MiB`;

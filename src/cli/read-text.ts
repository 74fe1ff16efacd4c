import { isUtf8 } from 'node:buffer';
import { NotAFile, TooLarge, bytesOf, bytesOfStream, isStream } from './boundary';
import { UsageError } from './usage-error';

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'permission denied',
  ELOOP: 'it is a symbolic link that leads to itself',
  ENAMETOOLONG: 'the name is too long',
};

/** Why a file cannot be read, in words. */
export function whyUnreadable(error: unknown): string {
  if (error instanceof NotAFile || error instanceof TooLarge) return error.message;
  const { code = '', message } = error as NodeJS.ErrnoException;
  return REASONS[code] ?? (code || message);
}

/** The text of a file that is not part of the input but says how to read it. Throws a UsageError where it cannot be read. */
export function readText(path: string, what: string): string {
  const refused = (why: string) => new UsageError(`cannot read ${what} "${path}": ${why}`);
  let bytes: Buffer;
  try {
    bytes = isStream(path) ? bytesOfStream(path) : bytesOf(path);
  } catch (error) {
    throw refused(whyUnreadable(error));
  }
  if (!isUtf8(bytes) || bytes.includes(0)) throw refused('it is not text');
  return bytes.toString('utf8');
}

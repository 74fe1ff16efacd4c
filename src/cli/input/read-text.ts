import { isUtf8 } from 'node:buffer';
import { NotAFile, TooLarge, bytesOf, bytesOfStream, isStream } from './boundary';
import { UsageError } from '../usage-error';
import { own } from '../../source/own';

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'the file does not exist',
  ENOTDIR: 'the file does not exist',
  EISDIR: 'it is a folder',
  EACCES: 'permission denied',
  ELOOP: 'it is a symbolic link that leads to itself',
  ENAMETOOLONG: 'the name is too long',
};

/** Why a file cannot be read, in words. */
export function whyUnreadable(error: unknown): string {
  if (error instanceof NotAFile || error instanceof TooLarge) return error.message;
  const { code = '', message } = error as NodeJS.ErrnoException;
  return own(REASONS, code) ?? (code || message);
}

const NOT_WRITTEN: Readonly<Record<string, string>> = {
  ENOENT: 'the folder does not exist',
  ENOTDIR: 'a file is in the place of a folder',
  EISDIR: 'a folder is in the place of a file',
  EEXIST: 'two entries have the same name',
  EACCES: 'permission denied',
  ENOSPC: 'no space left on the device',
  ENAMETOOLONG: 'a name is too long',
  EROFS: 'the file system is read-only',
  ERR_INVALID_ARG_VALUE: 'a name is not valid',
};

/** Why something cannot be written, in words. */
export function whyUnwritable(error: unknown): string {
  const { code = '', message } = error as NodeJS.ErrnoException;
  return own(NOT_WRITTEN, code) ?? (code || message);
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

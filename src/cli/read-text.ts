import { isUtf8 } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { UsageError } from './usage-error';

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'permission denied',
};

/** The text of a file that is not part of the input but says how to read it. Throws a UsageError where it cannot be read. */
export function readText(path: string, what: string): string {
  const refused = (why: string) => new UsageError(`cannot read ${what} "${path}": ${why}`);
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    throw refused(REASONS[code] ?? (code || message));
  }
  if (!isUtf8(bytes) || bytes.includes(0)) throw refused('it is not text');
  return bytes.toString('utf8');
}

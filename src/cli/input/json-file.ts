/** Files, or standard input, that hold JSON. */
import { UsageError } from '../usage-error';
import { MOST_BYTES_OF_DUMP, bytesOf, bytesOfStream, isStream } from './boundary';
import { whyUnreadable } from './read-text';

/** The JSON in a file, or on standard input (`-`). */
export const jsonIn = (file: string): unknown => parsed(textIn(file), `"${file}"`);

/** The value of a JSON text; `what` names the text in the error. */
export function parsed(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(`${what} is not valid JSON`);
  }
}

/** The text in a file, or on standard input (`-`). */
export function textIn(file: string): string {
  try {
    const bytes =
      file === '-' || isStream(file)
        ? bytesOfStream(file === '-' ? 0 : file, MOST_BYTES_OF_DUMP)
        : bytesOf(file, MOST_BYTES_OF_DUMP);
    return bytes.toString('utf8');
  } catch (error) {
    throw new UsageError(`cannot read "${file}": ${whyUnreadable(error)}`);
  }
}

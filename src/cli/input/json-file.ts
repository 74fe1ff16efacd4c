/** Files, or standard input, that hold JSON. */
import { UsageError } from '../usage-error';
import { MOST_BYTES_OF_DUMP, bytesOf, bytesOfStream, isStream } from './boundary';
import { whyUnreadable } from './read-text';

/** The JSON in a file, or on standard input (`-`). */
export const jsonIn = (file: string): unknown => parsed(textIn(file), `"${file}"`);

/** No dump or recording nests so deep; functions that walk through a value could run out of stack. */
const MOST_LEVELS = 500;

/** The value of a JSON text; `what` names the text in the error. */
export function parsed(text: string, what: string): unknown {
  const value = valueOf(text, what);
  if (levelsIn(text) > MOST_LEVELS) throw new UsageError(`${what} nests more than ${MOST_LEVELS} levels deep`);
  return value;
}

function valueOf(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(`${what} is not valid JSON`);
  }
}

function endOfText(text: string, start: number): number {
  let at = start + 1;
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at;
}

/** How many lists and maps of a JSON text lie within each other at most. */
function levelsIn(text: string): number {
  let levels = 0;
  let most = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '"') at = endOfText(text, at);
    else if (character === '[' || character === '{') most = Math.max(most, ++levels);
    else if (character === ']' || character === '}') levels--;
  }
  return most;
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

/** Go's YAML reader does not look at the indentation of lines within brackets, braces and quotes; ours does. */
import { YAMLException } from 'js-yaml';

/** As many characters are read again at most, for the sake of such lines. */
const MOST_WORK = 20_000_000;

/**
 * Reads a text in which lines within brackets, braces or quotes may be indented as they like: of each that the reader complains of
 * the text is mended, and read again. Throws what the reader throws of anything else.
 */
export function looselyIndented<Value>(
  text: string,
  mend: (text: string, offset: number) => string,
  read: (text: string) => Value,
): Value {
  let first: unknown;
  let work = 0;
  for (let mended = text; ;) {
    try {
      return read(mended);
    } catch (error) {
      first ??= error;
      work += mended.length;
      const at = error instanceof YAMLException && isOfIndentation(error) ? error.mark?.position : undefined;
      if (at === undefined || work > MOST_WORK) throw first;
      mended = untabbed(mended, at) ?? mend(mended, at);
    }
  }
}

/** The text with spaces for the last tabs between tokens of a line up to an offset: ours takes those for indentation. */
function untabbed(text: string, offset: number): string | undefined {
  const from = text.lastIndexOf('\n', offset - 1) + 1;
  const before = /^.*\S(?=[ \t]*\t)/.exec(text.slice(from, offset + 1));
  if (!before) return undefined;
  const start = from + before[0].length;
  let end = start;
  while (/[ \t]/.test(text[end] ?? '')) end++;
  return text.slice(0, start) + ' '.repeat(end - start) + text.slice(end);
}

const isOfIndentation = ({ reason }: YAMLException): boolean => reason === 'deficient indentation';

/** The text with the line of an offset indented as deeply as any: values stay what they are, offsets do not. */
export function indented(text: string, offset: number): string {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const deepest = (text.match(/^ +/gm) ?? []).reduce((most, { length }) => Math.max(most, length), 0);
  return text.slice(0, start) + ' '.repeat(deepest + 1) + text.slice(start);
}

/** The text with spaces in the place of the line break before an offset, and of comments and empty lines there: offsets stay. */
export function joined(text: string, offset: number): string {
  let start = offset;
  while (start > 0) {
    const end = text.lastIndexOf('\n', start - 1);
    const from = text.lastIndexOf('\n', end - 1) + 1;
    const line = withoutComment(text.slice(from, Math.max(end, from)));
    start = from + line.length;
    if (end < 0 || line.trim() !== '') break;
    start = from;
  }
  return text.slice(0, start) + ' '.repeat(offset - start) + text.slice(offset);
}

/** A line up to its comment, unless the comment sign stands within quotes. */
function withoutComment(line: string): string {
  const before = /^(.*?)(?:^|\s)#/.exec(line)?.[1];
  return before === undefined || [...before.matchAll(/["']/g)].length % 2 > 0 ? line.trimEnd() : before.trimEnd();
}

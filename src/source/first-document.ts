/** Go's YAML reader reads one document, and does not look at what comes behind it; comments need no space before them. */
import { COLLECTION_STYLE, EVENT_ID, type Event, YAMLException, parseEvents } from 'js-yaml';

/** Reads the first document of a text. Throws what the reader throws of anything else. */
export function readFirst<Value>(text: string, reader: (text: string) => Value): Value {
  try {
    return reader(text);
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const end = endOfFirst(text, error);
    if (end !== undefined) return reader(text.slice(0, end));
    const uncommented = withoutComment(text, error);
    if (uncommented === undefined) throw error;
    return readFirst(uncommented, reader);
  }
}

/** The text without a comment that follows a token without a space, if an error is about that; offsets stay. */
function withoutComment(text: string, { mark }: YAMLException): string | undefined {
  const at = mark?.position ?? 0;
  const start = text.lastIndexOf('\n', at - 2) + 1;
  const found = /(?<=[,"'>|\]}[{])#.*/.exec(text.slice(start, endOfLine(text, at)));
  if (!found) return undefined;
  const from = start + found.index;
  return text.slice(0, from) + ' '.repeat(found[0].length) + text.slice(from + found[0].length);
}

function endOfLine(text: string, from: number): number {
  const newline = text.indexOf('\n', from);
  return newline < 0 ? text.length : newline;
}

/** Where the first document ends, if an error is about what is behind it. */
function endOfFirst(text: string, { reason, mark }: YAMLException): number | undefined {
  const marker = /^\.\.\.(?=\s|$)/m.exec(text)?.index;
  if (/single document|directives end mark/.test(reason)) return marker;
  if (reason !== 'end of the stream or a document separator is expected') return undefined;
  const at = mark?.position ?? 0;
  if (marker !== undefined && marker <= at) return marker;
  if (isDirective(text, at)) return at;
  // A key or an item there would belong to the root.
  if (/^(?:- |.*:(?:\s|$))/.test(text.slice(at, endOfLine(text, at) + 1))) return undefined;
  return isRootFlowOrScalar(text.slice(0, at)) ? at : undefined;
}

const isDirective = (text: string, at: number): boolean => text[at] === '%' && (at === 0 || text[at - 1] === '\n');

/** Whether the root of a text is neither a map nor a list in block style: those end only where the text does. */
function isRootFlowOrScalar(text: string): boolean {
  const root = rootOf(text);
  if (!root) return false;
  return 'style' in root && root.type !== EVENT_ID.SCALAR ? root.style === COLLECTION_STYLE.FLOW : true;
}

function rootOf(text: string): Event | undefined {
  try {
    return parseEvents(text, {})[1];
  } catch {
    return undefined;
  }
}

import type { Document, Problem } from './file';
import type { Span } from './positions';
import type { UnreadableYaml } from './values';

/** Why a document cannot be read, at the place where it stops being YAML. */
export function explain(document: Document, error: UnreadableYaml): Problem {
  const template = error.why === 'duplicate key' ? -1 : document.text.indexOf('{{');
  if (template >= 0) {
    const close = document.text.indexOf('}}', template);
    const span = { start: template, end: (close < 0 ? template : close) + 2 };
    const message = 'this document is a template that has not been rendered; lint what the template makes of it';
    return problem(document, 'unrendered-template', message, span);
  }
  // A parser that has more to say may overflow on what is too large.
  const first = error.why === 'ours' ? undefined : document.positions.errors[0];
  if (!first) return problem(document, 'yaml-syntax', error.message, { start: error.offset, end: error.offset + 1 });
  if (first.code === 'DUPLICATE_KEY') {
    const key = keyAt(document.text, first.pos[0]);
    const span = { start: first.pos[0], end: first.pos[0] + Math.max(key.length, 1) };
    return problem(document, 'yaml-syntax', `duplicate key "${key}" in this map`, span);
  }
  const span = { start: first.pos[0], end: Math.max(first.pos[1], first.pos[0] + 1) };
  return problem(document, 'yaml-syntax', inOurVoice(first.message), span);
}

function problem({ file, slice }: Document, rule: Problem['rule'], message: string, { start, end }: Span): Problem {
  const place = file.spot({ start: slice.start + start, end: slice.start + end });
  return { rule, message, place, related: [] };
}

/** Messages of the parser that do not help, and what a user can do instead. */
const PLAIN: readonly (readonly [theirs: RegExp, ours: string])[] = [
  [/^Flow sequence in block collection/, '"[" is not closed, or the lines up to its "]" are not indented'],
  [/^Flow map in block collection/, '"{" is not closed, or the lines up to its "}" are not indented'],
  [/^Nested mappings are not allowed in compact/, 'a second ": " in one line; quote the value, or start a new line'],
  [/^Implicit keys need to be on a single line/, 'a key continues on the next line; ":" or a quote is missing'],
  [/^Implicit map keys need to be followed/, 'this key has no ":" after it'],
  [/^Missing closing (?:"|')/, 'this quote is not closed'],
  [/^All mapping items must start/, 'the keys of a map must have the same indentation'],
  [/^All sequence items must start/, 'the items of a list must have the same indentation'],
  [/^A block sequence may not be used/, 'a list cannot be a key; check the indentation'],
  [/^Sequence item without - indicator/, 'this list item has no "- " before it; check the indentation'],
  [/^Unexpected scalar at node end/, 'unexpected text after the value; quote the value, or check the indentation'],
  [/^Tabs are not allowed as indentation/, 'a tab is used for indentation; use spaces'],
];

/** The parser's message in our words, else in lower case and without a full stop. */
const inOurVoice = (message: string): string =>
  PLAIN.find(([theirs]) => theirs.test(message))?.[1] ??
  message.charAt(0).toLowerCase() + message.slice(1).replace(/\.$/, '');

const keyAt = (text: string, start: number): string => /^["']?([^"':\n]*)/.exec(text.slice(start))?.[1]?.trim() ?? '';

/** Text of the input, shown so that it cannot pass for something else: no line ends, no terminal sequences, no reordered text. */
import type { Finding } from '../rules/rule';
import { type Place, SourceFile } from '../source/file';
import { own, put } from '../source/own';

/** Control characters (C0, DEL, C1), line and paragraph separators, and characters that change the direction of text. */
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** `\n`, `\u001b`, `\u202e`: as JSON has it, so that it means the same within a JSON text. */
const escapeOf = (character: string): string =>
  own(SHORT, character) ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** A value of the input in one line, with every unsafe character escaped. Text that is escaped already stays as it is. */
export const visible = (text: string): string => text.replace(UNSAFE, escapeOf);

/** Lines of a file for a frame: each unsafe character is replaced by one other, so that columns stay true. Line ends and tabs stay. */
export const pictured = (text: string): string =>
  text.replace(/\r\n/g, '\n').replace(UNSAFE, (character) => {
    if (character === '\n' || character === '\t') return character;
    const code = character.charCodeAt(0);
    return code < 0x20 ? String.fromCharCode(0x2400 + code) : code === 0x7f ? '\u2421' : '\ufffd';
  });

/** A line of a file for a diff that can be applied: tabs and a carriage return at the end stay. */
export const visibleLine = (line: string): string =>
  line.replace(UNSAFE, (character, at: number) =>
    character === '\t' || (character === '\r' && at === line.length - 1) ? character : escapeOf(character),
  );

/** What the styles of this program write, and what belongs to any text of several lines. */
const OWN = /\u001b\[(?:1|2|22|3[1236]|39)m|\r(?=\n)|[\n\t]/.source;
const OWN_OR_UNSAFE = new RegExp(`(${OWN})|${UNSAFE.source}`, 'g');

/** A whole output in which only line ends, tabs and our own colours are control characters. */
export const withoutControls = (text: string): string =>
  text.replace(OWN_OR_UNSAFE, (character, own: string | undefined) => own ?? escapeOf(character));

/**
 * A whole output in which no CI system finds a command: GitHub obeys lines that begin with "::", behind blanks too, and "##[" anywhere;
 * Azure obeys "##vso[". The escape means the same within a JSON text.
 */
export const withoutCommands = (text: string): string =>
  withoutMarkers(text.replace(/^([^\S\n]*):(?=:)/gm, '$1\\u003a'));

/** As `withoutCommands`, for an output whose lines are commands of ours. */
export const withoutMarkers = (text: string): string => text.replace(/##(?=\[|vso\[)/gi, '#\\u0023');

/** Values that are written in quotes, or that have names of their own only: what writes them escapes them. */
const QUOTED = new Set(['config', 'differences']);

/** A value with `visible` applied to every text in it, names of fields and paths of files too. What is one object stays one. */
export function visibleIn<Value>(value: Value): Value {
  const done = new Map<object, unknown>();
  const shown = (each: unknown): unknown => {
    if (typeof each === 'string') return visible(each);
    if (each === null || typeof each !== 'object') return each;
    if (!done.has(each)) fill(each);
    return done.get(each);
  };
  const fill = (each: object): void => {
    if (each instanceof SourceFile) return void done.set(each, visibleFile(each));
    if (isPlace(each)) return void done.set(each, visiblePlace(each));
    if (Array.isArray(each)) {
      const items: unknown[] = [];
      done.set(each, items);
      for (const item of each) items.push(shown(item));
    } else if (Object.getPrototypeOf(each) === Object.prototype) {
      const fields: Record<string, unknown> = {};
      done.set(each, fields);
      for (const [name, item] of Object.entries(each))
        put(fields, visible(name), QUOTED.has(name) ? item : shown(item));
    } else done.set(each, each);
  };
  return shown(value) as Value;
}

const isPlace = (value: object): value is Place => 'pathText' in value && 'file' in value && 'range' in value;

/** A place with the names of its file and field made visible. Its range is worked out only when it is asked for. */
function visiblePlace<Of extends Place>(place: Of): Of {
  const file = visibleFile(place.file);
  const pathText = visible(place.pathText);
  if (file === place.file && pathText === place.pathText) return place;
  return Object.create(place, { file: { value: file }, pathText: { value: pathText } }) as Of;
}

const visibleFile = (file: SourceFile): SourceFile => {
  const path = visible(file.path);
  return path === file.path ? file : file.named(path);
};

/** A finding of which everything that comes from the input is visible. */
export const visibleFinding = ({ message, place, related, fix, ...finding }: Finding): Finding => ({
  ...finding,
  message: visible(message),
  place: visiblePlace(place),
  related: related.map((other) => ({ place: visiblePlace(other.place), message: visible(other.message) })),
  fix: fix && { ...fix, title: visible(fix.title) },
});

/** What Go's YAML reader, which every client of Kubernetes uses, refuses although ours takes it. */
import { EVENT_ID, type Event, SCALAR_STYLE } from 'js-yaml';
import { type Refusal, isSuspect, refusedToken } from './go-tokens';
import { eventsOf } from './nodes';

interface Scalar {
  readonly start: number;
  readonly end: number;
  readonly isDoubleQuoted: boolean;
}

const SEPARATOR = /^---(?![ \t\r]*(?:#.*)?$)/m;
const CONTROL = /[\x7f\ufffe\uffff]/;
const SUSPECT = /\t|\\[/u]/;

/** The first thing in a document that only Go's reader refuses. Source: go.yaml.in/yaml/v2 scannerc.go, readerc.go. */
export function refusedByGo(text: string): Refusal | undefined {
  const control = CONTROL.exec(text);
  if (control)
    return { message: `the control character ${codePoint(control[0])} is not allowed`, offset: control.index };
  const separator = SEPARATOR.exec(text);
  if (separator)
    return { message: 'what stands behind "---" on its line is lost; begin on the next line', offset: separator.index };
  const hasSuspectToken = isSuspect(text);
  if (!hasSuspectToken && !SUSPECT.test(text)) return undefined;
  const events = eventsOf(text) ?? [];
  const scalars = scalarsOf(events);
  return (
    indentingTab(text, scalars) ??
    unknownEscape(text, scalars) ??
    (hasSuspectToken && !isJson(text) ? refusedToken(text, events) : undefined)
  );
}

function isJson(text: string): boolean {
  if (text.trimStart()[0] !== '{') return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const codePoint = (character: string) => `U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;

function scalarsOf(events: readonly Event[]): Scalar[] {
  return events.flatMap((event) =>
    event.type === EVENT_ID.SCALAR && event.valueStart >= 0
      ? [
          {
            start: event.valueStart,
            end: event.valueEnd,
            isDoubleQuoted: event.style === SCALAR_STYLE.DOUBLE_QUOTED,
          },
        ]
      : [],
  );
}

/** A tab where a key or an item could begin: at the head of a line or behind a dash, outside of brackets and of scalars. */
function indentingTab(text: string, scalars: readonly Scalar[]): Refusal | undefined {
  let depth = 0;
  let isHead = true;
  let next = 0;
  for (let at = text.indexOf('\t') < 0 ? text.length : 0; at < text.length; at++) {
    while (next < scalars.length && scalars[next]!.end <= at) next++;
    const inside = scalars[next];
    if (inside && inside.start <= at) {
      at = inside.end - 1;
      isHead = false;
      continue;
    }
    const character = text[at]!;
    if (character === '\t' && isHead && depth === 0 && isIndentation(text, at))
      return { message: 'a tab is used for indentation; use spaces', offset: at };
    if (character === '#') at = endOfLine(text, at) - 1;
    else if (character === '[' || character === '{') depth++;
    else if (character === ']' || character === '}') depth--;
    isHead = character === '\n' || (isHead && /[ \t?-]/.test(character));
  }
  return undefined;
}

/** Whether Go's reader takes a tab for indentation: not on an empty line behind a value, and not before JSON. */
function isIndentation(text: string, at: number): boolean {
  const before = text.slice(0, at);
  if (text.slice(at, endOfLine(text, at)).trim() === '') return before.trim() === '' || /(?:^|\n)$/.test(before);
  return before.trim() !== '' || text.trimStart()[0] !== '{';
}

function endOfLine(text: string, from: number): number {
  const newline = text.indexOf('\n', from);
  return newline < 0 ? text.length : newline;
}

/** JSON's escapes that YAML 1.1 does not have. A text that is JSON is read as JSON. */
function unknownEscape(text: string, scalars: readonly Scalar[]): Refusal | undefined {
  if (/^\s*[[{]/.test(text)) return undefined;
  for (const { start, end, isDoubleQuoted } of scalars) {
    if (!isDoubleQuoted) continue;
    for (const { 0: escape, index } of text.slice(start, end).matchAll(/\\(?:u[0-9a-f]{4}|[^])/gi)) {
      if (escape === '\\/')
        return { message: 'the escape "\\/" is known to JSON only; write "/"', offset: start + index };
      if (/^\\ud[89a-f]/.test(escape.toLowerCase()) && escape[1] === 'u')
        return {
          message: `the escape "${escape}" is half a character; write the character itself`,
          offset: start + index,
        };
    }
  }
  return undefined;
}

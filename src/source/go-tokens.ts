/** Keys, flow style, anchors and block scalars that Go's YAML reader refuses although ours takes them. */
import { COLLECTION_STYLE, EVENT_ID, type Event, SCALAR_STYLE } from 'js-yaml';

/** Why a text is refused, and from where. */
export interface Refusal {
  readonly message: string;
  readonly offset: number;
}

/** What a text can hold that is refused: most texts hold none of it, and their events need not be read. */
const SUSPECT = new RegExp(
  [
    /^[ \t-]*[?:](?=\s|$)/, // a key that is empty or explicit, or a ":" on a line of its own
    /[[{,]\s*[?:]/, // the same in flow style
    /[[{][^\n?[{]*\?/, // "?" in flow style
    /\{[ \t]*(?:"[^"\n]*|[^\s"'{}[\],:#][^,{}[\]:\n#]*)\n/, // a key of several lines
    /^[ \t]*:/, // ":" on a later line than its key
    /(?:^|[[{,\s])(?:null|Null|NULL|~)\s*:/, // keys that are null
    /(?:^|[\s,[{])&(?!&)[\w-]*[^\w\s,\]}&-]/, // anchors with other characters
    /^\s*\*[\w-]+:/, // an alias as a key
    /:[ \t]+[|>][^\n]*\n[ ]*\t/, // a block scalar that begins with a tab
    /\n[ ]*\t[ ]*\n/,
    /!!null/,
    /:[ \t]*:/, // a value that begins with ":" in flow style
  ]
    .map(({ source }) => source)
    .join('|'),
  'm',
);

/** Whether a text may hold something that is refused. */
export const isSuspect = (text: string): boolean => SUSPECT.test(text);

type ScalarEvent = Extract<Event, { type: typeof EVENT_ID.SCALAR }>;
type AliasEvent = Extract<Event, { type: typeof EVENT_ID.ALIAS }>;

/** A collection around an event. */
interface Around {
  readonly isMap: boolean;
  readonly isFlow: boolean;
  /** How many keys, values or items it has so far. */
  count: number;
}

/** The first token that is refused. Source: go.yaml.in/yaml/v2 scannerc.go, parserc.go. */
export function refusedToken(text: string, events: readonly Event[]): Refusal | undefined {
  const around: Around[] = [];
  for (const event of events) {
    const outer = around.at(-1);
    switch (event.type) {
      case EVENT_ID.POP:
        around.pop();
        continue;
      case EVENT_ID.DOCUMENT:
        around.push({ isMap: false, isFlow: false, count: 0 });
        continue;
      case EVENT_ID.SEQUENCE:
      case EVENT_ID.MAPPING:
        around.push({
          isMap: event.type === EVENT_ID.MAPPING,
          isFlow: event.style === COLLECTION_STYLE.FLOW,
          count: 0,
        });
        break;
      case EVENT_ID.SCALAR:
      case EVENT_ID.ALIAS: {
        const isKey = outer?.isMap === true && outer.count % 2 === 0;
        const refused =
          event.type === EVENT_ID.ALIAS
            ? refusedAlias(text, event)
            : refusedScalar(text, event, isKey, outer?.isFlow === true);
        if (refused) return refused;
      }
    }
    if ('anchorStart' in event && event.type !== EVENT_ID.ALIAS && event.anchorStart >= 0) {
      const refused = refusedAnchor(text, event.anchorStart, event.anchorEnd);
      if (refused) return refused;
    }
    if (outer) outer.count++;
  }
  return undefined;
}

function refusedScalar(text: string, event: ScalarEvent, isKey: boolean, isInFlow: boolean): Refusal | undefined {
  const { valueStart, valueEnd, style, tagStart } = event;
  if (style === SCALAR_STYLE.LITERAL_BLOCK || style === SCALAR_STYLE.FOLDED_BLOCK)
    return tabBeforeBlock(text, valueStart, valueEnd);
  const isPlain = style === SCALAR_STYLE.PLAIN;
  const written = valueStart < 0 ? '' : text.slice(valueStart, valueEnd);
  if (isKey && isPlain && isNull(written) && !isText(text, event))
    return { message: 'a key is missing or null; write the key before ":"', offset: Math.max(valueStart, tagStart, 0) };
  if (!isInFlow || written === '') return undefined;
  if (isPlain && written.startsWith(':'))
    return { message: 'a value in [ ] or { } that begins with ":" must be quoted', offset: valueStart };
  if (isPlain && written.includes('?', 1))
    return {
      message: 'a value in [ ] or { } that contains "?" must be quoted',
      offset: valueStart + written.indexOf('?', 1),
    };
  if (isKey && !/\?\s*$/.test(text.slice(Math.max(0, valueStart - 20), valueStart - (isPlain ? 0 : 1))))
    return keyOfSeveralLines(text, valueStart, valueEnd);
  return undefined;
}

const isNull = (written: string): boolean => /^(?:|~|null|Null|NULL)$/.test(written);

/** Whether a tag makes a text of it. */
const isText = (text: string, { tagStart, tagEnd }: ScalarEvent): boolean =>
  tagStart >= 0 && text.slice(tagStart, tagEnd) === '!!str';

function keyOfSeveralLines(text: string, start: number, end: number): Refusal | undefined {
  const colon = text.indexOf(':', end);
  const next = text.slice(end).search(/[,}\]]/);
  if (colon < 0 || (next >= 0 && end + next < colon)) return undefined;
  return text.slice(start, colon).includes('\n')
    ? { message: 'a key in { } and its ":" must be on one line', offset: start }
    : undefined;
}

/** The names of anchors are letters, digits, "_" and "-". */
function refusedAnchor(text: string, start: number, end: number): Refusal | undefined {
  return /^[\w-]+(?:$|[?:%@`])/.test(text.slice(start, end))
    ? undefined
    : { message: 'only letters, digits, "_" and "-" are allowed in the name of an anchor', offset: start };
}

function refusedAlias(text: string, { anchorStart, anchorEnd }: AliasEvent): Refusal | undefined {
  const name = text.slice(anchorStart, anchorEnd);
  const other = /[^\w-]/.exec(name);
  return other
    ? { message: `"${other[0]}" is not allowed in the name of an alias`, offset: anchorStart + other.index }
    : undefined;
}

/** A tab among the spaces that indent the first lines of a block scalar. */
function tabBeforeBlock(text: string, start: number, end: number): Refusal | undefined {
  const header = Math.max(text.lastIndexOf('\n', start - 1), 0);
  const tab = /^(?:[ ]*\n)*[ ]*(?=\t)/.exec(text.slice(header + 1, Math.max(end, start)));
  return tab ? { message: 'a tab is used for indentation; use spaces', offset: header + 1 + tab[0].length } : undefined;
}

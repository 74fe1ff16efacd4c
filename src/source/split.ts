/** One document of a file: where its text begins and ends, as offsets into the file. */
export interface Slice {
  start: number;
  end: number;
}

const SEPARATOR = /^---(?=[ \t\r]*(?:#.*)?\r?$)/gm;

/**
 * The documents of a text, cut as kubectl cuts them: at every line that is `---`, perhaps followed by a comment, and nothing else.
 * Slices that hold no content are left out. Source: k8s.io/apimachinery/pkg/util/yaml YAMLReader.
 */
export function splitDocuments(text: string): Slice[] {
  const slices: Slice[] = [];
  let start = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  const push = (end: number) => {
    if (hasContent(text, start, end)) slices.push(...objectsIn(text, { start, end }));
  };
  for (const { index } of text.matchAll(SEPARATOR)) {
    push(index);
    const newline = text.indexOf('\n', index);
    start = newline < 0 ? text.length : newline + 1;
  }
  push(text.length);
  return slices;
}

/** JSON objects that follow each other without a separator are documents of their own. */
function objectsIn(text: string, { start, end }: Slice): Slice[] {
  const first = /\S/.exec(text.slice(start, end));
  if (first?.[0] !== '{') return [{ start, end }];
  const slices: Slice[] = [];
  let from = start;
  let depth = 0;
  for (let at = start; at < end; at++) {
    const character = text[at];
    if (character === '"') at = endOfText(text, at, end);
    else if (character === '{') {
      if (depth === 0 && slices.length > 0 && text.slice(slices.at(-1)!.end, at).trim() !== '') break;
      depth++;
    } else if (character === '}' && --depth === 0) {
      slices.push({ start: from, end: at + 1 });
      from = at + 1;
    }
  }
  const [last] = slices.slice(-1);
  if (!last || slices.length === 1) return [{ start, end }];
  return [...slices.slice(0, -1), { start: last.start, end }];
}

/** Where a text in double quotes ends. */
function endOfText(text: string, start: number, end: number): number {
  for (let at = start + 1; at < end; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '"') return at;
  }
  return end;
}

const CONTENT = /^[ \t]*[^\s#]/m;

function hasContent(text: string, start: number, end: number): boolean {
  const slice = text.slice(start, end);
  return CONTENT.test(slice);
}

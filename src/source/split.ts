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
    if (hasContent(text, start, end)) slices.push({ start, end });
  };
  for (const { index } of text.matchAll(SEPARATOR)) {
    push(index);
    const newline = text.indexOf('\n', index);
    start = newline < 0 ? text.length : newline + 1;
  }
  push(text.length);
  return slices;
}

const CONTENT = /^[ \t]*[^\s#]/m;

function hasContent(text: string, start: number, end: number): boolean {
  const slice = text.slice(start, end);
  return CONTENT.test(slice) && !/^\s*\.\.\.\s*$/.test(slice);
}

/** What stands as a comment before an object, where anything does. */
export type CommentOn = (piece: object) => string | undefined;

const PLAIN = /^[A-Za-z_/][\w./-]*$/;
/** Words that YAML takes for something other than text, in one of its versions. */
const RESERVED = /^(?:y|n|yes|no|on|off|true|false|null|~)$/i;

/** JSON-like data as YAML in block style, with comments on objects. Texts are quoted as JSON wherever YAML might take them for something else. */
export function yaml(value: unknown, commentOn: CommentOn = () => undefined): string {
  const lines: string[] = [];
  write(value, '', '', lines, commentOn);
  return `${lines.join('\n')}\n`;
}

/** Writes a value whose first line begins with what stands before it, such as `- ` or `name: `. */
function write(value: unknown, before: string, indent: string, lines: string[], commentOn: CommentOn): void {
  if (value === null || typeof value !== 'object') return void lines.push(before + scalar(value));
  const entries = Array.isArray(value) ? value : Object.entries(value).filter(([, item]) => item !== undefined);
  if (entries.length === 0) return void lines.push(before + (Array.isArray(value) ? '[]' : '{}'));
  if (Array.isArray(value)) writeItems(value, before, indent, lines, commentOn);
  else writeFields(entries as [string, unknown][], value, before, indent, lines, commentOn);
}

function writeItems(
  items: readonly unknown[],
  before: string,
  indent: string,
  lines: string[],
  commentOn: CommentOn,
): void {
  if (before !== '') lines.push(before.trimEnd());
  for (const item of items) {
    const comment = commentOf(item, commentOn);
    if (comment !== undefined) lines.push(`${indent}# ${comment}`);
    write(item, `${indent}- `, `${indent}  `, lines, commentOn);
  }
}

function writeFields(
  entries: readonly [string, unknown][],
  owner: object,
  before: string,
  indent: string,
  lines: string[],
  commentOn: CommentOn,
): void {
  const isItem = before.endsWith('- ');
  if (before !== '' && !isItem) {
    const comment = commentOf(owner, commentOn);
    lines.push(before.trimEnd() + (comment === undefined ? '' : ` # ${comment}`));
  }
  entries.forEach(([key, item], position) => {
    const start = position === 0 && isItem ? before : indent;
    write(item, `${start}${scalar(key)}: `, isNested(item) ? `${indent}  ` : indent, lines, commentOn);
  });
}

const isNested = (value: unknown): boolean => value !== null && typeof value === 'object' && !Array.isArray(value);

const commentOf = (value: unknown, commentOn: CommentOn): string | undefined =>
  value !== null && typeof value === 'object' ? commentOn(value) : undefined;

function scalar(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value) ?? 'null';
  return PLAIN.test(value) && !RESERVED.test(value) ? value : JSON.stringify(value);
}

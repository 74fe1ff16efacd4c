/** Placeholders that are not YAML where they stand, or that YAML takes for something else. */

/**
 * A text in which values are text that YAML takes for a comment or refuses, with each character in its place: those of ytt
 * (`name: #@ data.values.name`), `#{NAME}#`, `##NAME##`, `#NAME`, `%NAME%` and `{name}/text`. Undefined where there is none.
 */
export function withMarkedValues(text: string): string | undefined {
  if (!HINT.test(text)) return undefined;
  const marked = text
    .replace(MARKED_VALUE, (line: string, key: string, marker: string, at: number) =>
      marker.startsWith('#@ ') || !hasOwnValue(text, at + line.length, columnOf(key)) ? key + fill(marker) : line,
    )
    .replace(BRACED_NAME, (_, key: string, marker: string) => key + fill(marker));
  return marked === text ? undefined : marked;
}

const HINT = / (#@ |#[A-Z{#]|%[A-Z]|\{[A-Za-z_][\w.-]*\}(?:[^\s,\]}#:]|:\S))/;

const MARKED_VALUE =
  /^([ \t]*(?:-[ \t]+|(?:-[ \t]+)*[^\s#-][^#\n]*:[ \t]+))(#@ .+|#\{[A-Za-z_][\w.-]*\}#?|##[A-Z][A-Z0-9_]*##[\w./-]*|#[A-Z][A-Z0-9_]+|%[A-Z][A-Z0-9_]*%.*)$/gm;

/** `key: {name}/text`: YAML ends the value at the brace, and takes the text for a fault. */
const BRACED_NAME = /^([ \t]*(?:-[ \t]+)*(?:\w[\w./-]*:[ \t]+)?)(\{[A-Za-z_][\w.-]*\}(?:[^\s,\]}#:]|:\S).*)$/gm;

const fill = (marker: string): string => `$(${'x'.repeat(marker.length - 3)})`;

/** The column of a key, or of an item of a list. */
const columnOf = (key: string): number => /^[ \t]*(?:-[ \t]+)*/.exec(key)![0].length;

/** Whether lines that follow are the value of a key, so that what follows it in its own line is a comment. */
function hasOwnValue(text: string, end: number, column: number): boolean {
  const next = /^([ \t]*)(-[ \t])?[^\s#]/m.exec(text.slice(end));
  if (!next) return false;
  const indentation = next[1]!.length;
  return indentation > column || (indentation === column && next[2] !== undefined);
}

/**
 * A text without the functions of ytt (`#@ def ...` to `#@ end`), with each character in its place: what is in them is part of no
 * document until somebody calls them. Undefined where there are none.
 */
export function withoutFunctionsOfYtt(text: string): string | undefined {
  if (!text.includes('#@ def ')) return undefined;
  let depth = 0;
  const lines = text.split('\n').map((line) => {
    const verb = /^[ \t]*#@[ \t]+(def|if|for|while|end)\b/.exec(line)?.[1];
    if (verb === 'end' && depth > 0) {
      depth--;
      return blank(line);
    }
    if (verb === 'def' || (verb !== undefined && verb !== 'end' && depth > 0)) depth++;
    return depth > 0 ? blank(line) : line;
  });
  return lines.join('\n');
}

const blank = (line: string): string => line.replace(/[^\r]/g, ' ');

/**
 * A text with `$(X)` for each `${X}`, with each character in its place; undefined where there is none. In lists and maps with
 * brackets YAML takes the brace of an unquoted `${X}` for its own.
 */
export function withoutBraces(text: string): string | undefined {
  return text.includes('${') ? text.replace(/\$\{([^{}"'\n]*)\}/g, '$($1)') : undefined;
}

/** Placeholders that are not YAML where they stand, or that YAML takes for something else. */

/**
 * A text in which what a value has in the form of ytt (`name: #@ data.values.name`, a comment to YAML) is text, with each character
 * in its place; undefined where there is none.
 */
export function withValuesOfYtt(text: string): string | undefined {
  return text.includes(' #@ ')
    ? text.replace(VALUE_OF_YTT, (_, key: string, marker: string) => key + fill(marker))
    : undefined;
}

const VALUE_OF_YTT = /^([ \t]*(?:-[ \t]+|(?:-[ \t]+)*[^\s#-][^#\n]*:[ \t]+))(#@ .+)$/gm;

const fill = (marker: string): string => `$(${'x'.repeat(marker.length - 3)})`;

/**
 * A text with `$(X)` for each `${X}`, with each character in its place; undefined where there is none. In lists and maps with
 * brackets YAML takes the brace of an unquoted `${X}` for its own.
 */
export function withoutBraces(text: string): string | undefined {
  return text.includes('${') ? text.replace(/\$\{([^{}"'\n]*)\}/g, '$($1)') : undefined;
}

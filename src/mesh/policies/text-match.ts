/** The texts that policies match by: exact, `prefix*`, `*suffix`, or `*` for whatever there is. */

/** Whether a policy's text fits a value. istio: matcher.StringMatcher */
export function fitsText(pattern: string, value: string): boolean {
  if (pattern === '*') return value !== '';
  if (pattern.startsWith('*')) return value.endsWith(pattern.slice(1));
  if (pattern.endsWith('*')) return value.startsWith(pattern.slice(0, -1));
  return value === pattern;
}

/** Whether a text may fit more than one value. */
export const isPattern = (text: string): boolean => text.startsWith('*') || text.endsWith('*');

/** Whether every value that `narrow` fits is also fitted by `wide`. */
export function coversText(wide: string, narrow: string): boolean {
  if (wide === '*' || wide === narrow) return true;
  if (!isPattern(narrow)) return fitsText(wide, narrow);
  if (narrow === '*' || narrow.startsWith('*') !== wide.startsWith('*')) return false;
  return narrow.startsWith('*')
    ? wide.startsWith('*') && narrow.endsWith(wide.slice(1))
    : wide.endsWith('*') && narrow.startsWith(wide.slice(0, -1));
}

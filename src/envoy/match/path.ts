/** A path without its query string and fragment. */
export function withoutQuery(path: string): string {
  const end = path.search(/[?#]/);
  return end < 0 ? path : path.slice(0, end);
}

/** The query string with its question mark, or nothing. */
export function queryOf(path: string): string {
  const start = path.indexOf('?');
  return start < 0 ? '' : path.slice(start);
}

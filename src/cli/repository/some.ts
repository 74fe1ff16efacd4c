const MOST = 3;

/** The first few paths in quotes, and how many more there are. */
export function some(paths: readonly string[]): string {
  const shown = paths.slice(0, MOST).map((path) => `"${path}"`);
  return shown.join(', ') + (paths.length > MOST ? ` and ${paths.length - MOST} more` : '');
}

import { distance } from 'fastest-levenshtein';

/** `; did you mean "x"?` where a known name is close enough, else nothing. */
export function didYouMean(written: string, known: readonly string[]): string {
  const near = known
    .map((name) => ({ name, far: distance(written.toLowerCase(), name.toLowerCase()) }))
    .filter(({ name, far }) => far <= Math.max(1, Math.floor(Math.min(written.length, name.length) * 0.4)))
    .sort((a, b) => a.far - b.far)[0];
  return near ? `; did you mean "${near.name}"?` : '';
}

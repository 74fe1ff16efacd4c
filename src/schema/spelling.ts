import { distance } from 'fastest-levenshtein';

/** The candidate that was probably meant by a name that is none of them, or undefined where none is near. */
export const nearest = (name: string, candidates: Iterable<string>): string | undefined =>
  allNearest(name, candidates)[0];

/** As `nearest`, and undefined as well where two candidates are equally near: nobody should choose between them unasked. */
export function unmistakable(name: string, candidates: Iterable<string>): string | undefined {
  const [only, ...others] = new Set(allNearest(name, candidates));
  return others.length ? undefined : only;
}

/** The candidates that were probably meant by a name that is none of them: all that are equally near. */
export function allNearest(name: string, candidates: Iterable<string>): string[] {
  const plain = plainly(name);
  const furthest = name.length <= 3 ? 1 : name.length <= 7 ? 2 : 3;
  let best: { names: string[]; away: number } | undefined;
  for (const candidate of candidates) {
    const other = plainly(candidate);
    const away = plain === other ? 0 : distance(plain, other);
    if (away > furthest || away >= other.length || (best && away > best.away)) continue;
    if (best?.away === away) best.names.push(candidate);
    else best = { names: [candidate], away };
  }
  return best?.names ?? [];
}

/** More than these are no help. */
const MOST_MEANT = 3;

/** `; did you mean "x"?` or `; did you mean "x" or "y"?` for the candidates that are equally near, or nothing. */
export function didYouMean(name: string, candidates: Iterable<string>): string {
  const meant = [...new Set(allNearest(name, candidates))].slice(0, MOST_MEANT);
  return meant.length > 0 ? `; did you mean ${oneOf(meant)}?` : '';
}

/** Names in double quotes, as prose: `"a"`, `"a" or "b"`, `"a", "b" or "c"`. */
export function oneOf(names: readonly string[], conjunction = 'or'): string {
  const quoted = names.map((name) => `"${name}"`);
  const last = quoted.pop() ?? '';
  return quoted.length ? `${quoted.join(', ')} ${conjunction} ${last}` : last;
}

/** Case and separators do not make another name: `max_retries` is `maxRetries`. */
const plainly = (name: string) => name.replace(/[-_]/g, '').toLowerCase();

/**
 * Whether a name differs from one that is known as a slip of the keyboard does: by a letter or two in a word, and not by the number
 * or the letter by which names of a series differ.
 */
export function didYouMisspell(name: string, candidates: Iterable<string>): boolean {
  for (const candidate of candidates) if (isSlip(name, candidate)) return true;
  return false;
}

function isSlip(name: string, candidate: string): boolean {
  if (name === candidate || name.replace(/\D/g, '') !== candidate.replace(/\D/g, '')) return false;
  const [words, others] = [name.split(/[-_.]/), candidate.split(/[-_.]/)];
  if (words.length !== others.length) return name.replace(/[-_.]/g, '') === candidate.replace(/[-_.]/g, '');
  return words.every((word, index) => word === others[index] || isSlipOfWord(word, others[index]!));
}

function isSlipOfWord(word: string, other: string): boolean {
  const shorter = Math.min(word.length, other.length);
  return (
    shorter >= 3 &&
    (isSwapped(word, other) || distance(word.toLowerCase(), other.toLowerCase()) <= (shorter <= 5 ? 1 : 2))
  );
}

/** Whether two neighbouring letters stand the other way round. */
function isSwapped(word: string, other: string): boolean {
  const at = [...word].findIndex((letter, index) => letter !== other[index]);
  return at >= 0 && word.slice(0, at) + word[at + 1] + word[at] + word.slice(at + 2) === other;
}

import { type Glob, alternatives, glob } from '../../source/glob';

/** Longer patterns than the longest path have no use. */
const MOST_CHARACTERS = 4096;

/** Why a pattern of paths or names is not usable, in words; undefined for a good one. */
export function patternFault(pattern: string): string | undefined {
  if (pattern.length > MOST_CHARACTERS)
    return `the pattern has ${pattern.length} characters; at most ${MOST_CHARACTERS} are allowed`;
  return alternatives(pattern) ? undefined : 'the braces of the pattern stand for too many alternatives';
}

/** Compiles a pattern with braces; a `!` at its beginning turns it around. One that is not usable matches nothing. */
export function patternOf(pattern: string): Glob {
  if (patternFault(pattern) !== undefined) return () => false;
  if (pattern.startsWith('!')) return inverted(patternOf(pattern.slice(1)));
  const globs = (alternatives(pattern) ?? []).map(glob);
  return (path) => globs.some((matches) => matches(path));
}

const inverted =
  (matches: Glob): Glob =>
  (path) =>
    !matches(path);

/**
 * Globs of paths: `*` and `?` within a name, `**` for any folders, `[a-z]`, `\` before a character that means itself. A match takes at
 * most the length of the pattern times the length of the path, whatever the pattern is: it may come from a stranger.
 */

/** A compiled glob. */
import { own } from './own';

export type Glob = (path: string) => boolean;

type Token = 'star' | { readonly fits: (character: string) => boolean };

/** One name of a path, or any number of folders. */
type Segment = 'folders' | readonly Token[];

/** Compiles a glob without braces. A pattern that ends in two stars needs something below the folder. */
export function glob(pattern: string): Glob {
  const segments = segmentsOf(pattern);
  return (path) =>
    fitsAll(
      segments,
      path.split('/'),
      (segment) => segment === 'folders',
      (segment, name) => fitsName(segment, name),
    );
}

/** Whether `*` in a pattern can stand for any characters, slashes as well, so that the whole text fits. */
export function fitsWildcards(pattern: string, text: string): boolean {
  const tokens = [...pattern].map((character): Token => (character === '*' ? 'star' : literal(character)));
  return fitsAll(
    tokens,
    [...text],
    (token) => token === 'star',
    (token, character) => fitsCharacter(token, character),
  );
}

function segmentsOf(pattern: string): Segment[] {
  const names = pattern.split('/');
  const segments = names.map((name): Segment => (name === '**' ? 'folders' : tokensOf(name)));
  return segments.at(-1) === 'folders' ? [...segments, ['star']] : segments;
}

/**
 * Whether items fit a pattern in which some elements stand for any number of items. Only the last such element is ever taken back:
 * what an earlier one could take more of, the later one can take as well.
 */
function fitsAll<Element, Item>(
  pattern: readonly Element[],
  items: readonly Item[],
  isMany: (element: Element) => boolean,
  fits: (element: Element, item: Item) => boolean,
): boolean {
  let at = 0;
  let element = 0;
  let many = -1;
  let taken = 0;
  while (at < items.length) {
    if (element < pattern.length && isMany(pattern[element]!)) {
      many = element++;
      taken = at;
    } else if (element < pattern.length && fits(pattern[element]!, items[at]!)) {
      element++;
      at++;
    } else if (many >= 0) {
      element = many + 1;
      at = ++taken;
    } else return false;
  }
  while (element < pattern.length && isMany(pattern[element]!)) element++;
  return element === pattern.length;
}

const fitsName = (segment: Segment, name: string): boolean =>
  segment !== 'folders' && name !== '' && fitsAll(segment, [...name], (token) => token === 'star', fitsCharacter);

const fitsCharacter = (token: Token, character: string): boolean => token !== 'star' && token.fits(character);

const literal = (wanted: string): Token => ({ fits: (character) => character === wanted });

function tokensOf(name: string): Token[] {
  const characters = [...name];
  const tokens: Token[] = [];
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at]!;
    const set = character === '[' ? setAt(characters, at) : undefined;
    if (set) {
      tokens.push(set.token);
      at = set.end;
    } else if (character === '*') {
      if (tokens.at(-1) !== 'star') tokens.push('star');
    } else if (character === '?') tokens.push({ fits: () => true });
    else if (character === '\\' && at + 1 < characters.length) tokens.push(literal(characters[++at]!));
    else tokens.push(literal(character));
  }
  return tokens;
}

const CLASSES: Readonly<Record<string, RegExp>> = {
  alnum: /[A-Za-z0-9]/,
  alpha: /[A-Za-z]/,
  digit: /\d/,
  lower: /[a-z]/,
  upper: /[A-Z]/,
  space: /\s/,
  xdigit: /[0-9A-Fa-f]/,
};

/** A set of characters in brackets, and where it ends; undefined where the bracket is not closed and means itself. */
function setAt(characters: readonly string[], start: number): { token: Token; end: number } | undefined {
  const isNegated = characters[start + 1] === '!' || characters[start + 1] === '^';
  const first = start + (isNegated ? 2 : 1);
  const parts: ((character: string) => boolean)[] = [];
  for (let at = first; at < characters.length; at++) {
    if (characters[at] === ']' && at > first)
      return { token: { fits: (character) => parts.some((part) => part(character)) !== isNegated }, end: at };
    const named = /^\[:([a-z]+):\]/.exec(characters.slice(at, at + 12).join(''));
    const known = named && own(CLASSES, named[1]!);
    if (known) {
      parts.push((character) => known.test(character));
      at += named[0].length - 1;
      continue;
    }
    if (characters[at] === '\\') at++;
    const low = characters[at];
    const isRange = characters[at + 1] === '-' && characters[at + 2] !== undefined && characters[at + 2] !== ']';
    const high = isRange ? characters[at + 2]! : low;
    if (isRange) at += 2;
    if (low !== undefined && high !== undefined) parts.push((character) => character >= low && character <= high);
  }
  return undefined;
}

/** More than these alternatives of braces are not tried. */
const MOST_ALTERNATIVES = 1000;

/**
 * The patterns that a pattern with braces stands for: `{a,b}.yaml` for `a.yaml` and `b.yaml`. Undefined where there would be too many.
 */
export function alternatives(pattern: string): string[] | undefined {
  let all = [''];
  for (let at = 0; at < pattern.length; at++) {
    const end = pattern[at] === '{' ? closingBrace(pattern, at) : -1;
    const choices = end < 0 ? undefined : choicesIn(pattern.slice(at + 1, end));
    if (!choices) {
      const step = pattern[at] === '\\' ? pattern.slice(at, at + 2) : pattern[at]!;
      at += step.length - 1;
      all = all.map((each) => each + step);
      continue;
    }
    const inner = choices.map((choice) => alternatives(choice));
    if (inner.some((each) => each === undefined)) return undefined;
    const flat = inner.flatMap((each) => each ?? []);
    if (all.length * flat.length > MOST_ALTERNATIVES) return undefined;
    all = all.flatMap((each) => flat.map((choice) => each + choice));
    at = end;
  }
  return all;
}

function closingBrace(pattern: string, start: number): number {
  let depth = 0;
  for (let at = start; at < pattern.length; at++) {
    if (pattern[at] === '\\') at++;
    else if (pattern[at] === '{') depth++;
    else if (pattern[at] === '}' && --depth === 0) return at;
  }
  return -1;
}

/** What stands between the commas; undefined where there is none, and the braces mean themselves. */
function choicesIn(inner: string): string[] | undefined {
  const choices = [''];
  let depth = 0;
  for (let at = 0; at < inner.length; at++) {
    const character = inner[at]!;
    if (character === '{') depth++;
    if (character === '}') depth--;
    if (character === ',' && depth === 0) choices.push('');
    else choices[choices.length - 1] += character === '\\' ? inner.slice(at, ++at + 1) : character;
  }
  return choices.length > 1 ? choices : undefined;
}

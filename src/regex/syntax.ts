/** Regular expressions of RE2 as trees, as far as sets of texts can be compared by them. */

/** Characters from one code point to another. */
export type Span = readonly [first: number, last: number];

/** An expression. Places hold nothing: `begin` and `end` are met only where the text does so. */
export type Syntax =
  | { readonly kind: 'one-of'; readonly spans: readonly Span[] }
  | { readonly kind: 'sequence' | 'choice'; readonly items: readonly Syntax[] }
  | { readonly kind: 'repeat'; readonly item: Syntax; readonly least: number; readonly most: number }
  | { readonly kind: 'begin' | 'end' };

const LAST = 0x10ffff;
const ANY: readonly Span[] = [[0, LAST]];
const NOT_NEWLINE: readonly Span[] = inverted([[10, 10]]);
const DIGIT: readonly Span[] = [[48, 57]];
const WORD: readonly Span[] = [
  [48, 57],
  [65, 90],
  [95, 95],
  [97, 122],
];
const SPACE: readonly Span[] = [
  [9, 10],
  [12, 13],
  [32, 32],
];
const CLASSES: ReadonlyMap<string, readonly Span[]> = new Map([
  ['d', DIGIT],
  ['D', inverted(DIGIT)],
  ['w', WORD],
  ['W', inverted(WORD)],
  ['s', SPACE],
  ['S', inverted(SPACE)],
]);
const CONTROLS: ReadonlyMap<string, number> = new Map(Object.entries({ a: 7, f: 12, t: 9, n: 10, r: 13, v: 11 }));

class Unsupported extends Error {}

/** The tree of an expression; undefined where it is none, or says something that is not understood here. */
export function syntaxOf(expression: string): Syntax | undefined {
  try {
    return new Parser([...expression]).whole();
  } catch (error) {
    if (error instanceof Unsupported) return undefined;
    throw error;
  }
}

/** The tree of a text itself; letters of ASCII in either case where it is folded. */
export const literal = (text: string, folded: Folding): Syntax => ({
  kind: 'sequence',
  items: [...text].map((character) => oneOf([spanOf(character)], folded)),
});

/** Whether case counts. */
export type Folding = 'as-is' | 'folded';

/** Anything at all, also nothing. */
export const anything: Syntax = repeat({ kind: 'one-of', spans: ANY }, 0, Infinity);

const spanOf = (character: string): Span => [character.codePointAt(0)!, character.codePointAt(0)!];

function repeat(item: Syntax, least: number, most: number): Syntax {
  return { kind: 'repeat', item, least, most };
}

function oneOf(spans: readonly Span[], folding: Folding): Syntax {
  return { kind: 'one-of', spans: folding === 'as-is' ? spans : spans.flatMap((span) => [span, ...otherCase(span)]) };
}

function otherCase([first, last]: Span): Span[] {
  const shifted = (from: number, to: number, by: number): Span[] =>
    first <= to && last >= from ? [[Math.max(first, from) + by, Math.min(last, to) + by]] : [];
  return [...shifted(65, 90, 32), ...shifted(97, 122, -32)];
}

function inverted(spans: readonly Span[]): Span[] {
  const rest: Span[] = [];
  let next = 0;
  for (const [first, last] of [...spans].sort(([one], [other]) => one - other)) {
    if (first > next) rest.push([next, first - 1]);
    next = Math.max(next, last + 1);
  }
  return next <= LAST ? [...rest, [next, LAST]] : rest;
}

interface Flags {
  folding: Folding;
  dotAll: boolean;
}

class Parser {
  private at = 0;
  private flags: Flags = { folding: 'as-is', dotAll: false };

  constructor(private readonly characters: readonly string[]) {}

  whole(): Syntax {
    const made = this.choice();
    if (this.at < this.characters.length) throw new Unsupported();
    return made;
  }

  private get next(): string | undefined {
    return this.characters[this.at];
  }

  private take(): string {
    const taken = this.next;
    if (taken === undefined) throw new Unsupported();
    this.at++;
    return taken;
  }

  private skip(text: string): boolean {
    const found = this.characters.slice(this.at, this.at + text.length).join('') === text;
    if (found) this.at += text.length;
    return found;
  }

  private choice(): Syntax {
    const items = [this.sequence()];
    while (this.skip('|')) items.push(this.sequence());
    return items.length === 1 ? items[0]! : { kind: 'choice', items };
  }

  private sequence(): Syntax {
    const items: Syntax[] = [];
    while (this.next !== undefined && this.next !== '|' && this.next !== ')') {
      const atom = this.atom();
      if (atom) items.push(this.quantified(atom));
    }
    return { kind: 'sequence', items };
  }

  private quantified(item: Syntax): Syntax {
    const bounds = this.bounds();
    if (!bounds) return item;
    this.skip('?'); // a lazy one takes the same texts
    if (this.next === '*' || this.next === '+' || this.next === '?') throw new Unsupported();
    return repeat(item, ...bounds);
  }

  private bounds(): [number, number] | undefined {
    if (this.skip('*')) return [0, Infinity];
    if (this.skip('+')) return [1, Infinity];
    if (this.skip('?')) return [0, 1];
    const rest = this.characters.slice(this.at, this.at + 12).join('');
    const [whole, least, comma, most] = /^\{(\d{1,4})(,?)(\d{0,4})\}/.exec(rest) ?? [];
    if (whole === undefined) return undefined;
    this.at += whole.length;
    return [Number(least), most ? Number(most) : comma ? Infinity : Number(least)];
  }

  /** Nothing for flags that stand alone. */
  private atom(): Syntax | undefined {
    const taken = this.take();
    if (taken === '(') return this.group();
    if (taken === '[') return oneOf(this.bracket(), this.flags.folding);
    if (taken === '.') return oneOf(this.flags.dotAll ? ANY : NOT_NEWLINE, 'as-is');
    if (taken === '^') return { kind: 'begin' };
    if (taken === '$') return { kind: 'end' };
    if (taken === '\\') return this.escape();
    if ('*+?'.includes(taken)) throw new Unsupported();
    return oneOf([spanOf(taken)], this.flags.folding);
  }

  private group(): Syntax | undefined {
    const before = { ...this.flags };
    if (this.skip('?') && this.heading() === 'alone') return undefined;
    const inside = this.choice();
    if (!this.skip(')')) throw new Unsupported();
    this.flags = before;
    return inside;
  }

  /** What stands between `(?` and the group's own text: a name or flags. */
  private heading(): 'group' | 'alone' {
    const rest = this.characters.slice(this.at, this.at + 64).join('');
    const name = /^P?<\w+>/.exec(rest);
    if (name) {
      this.at += name[0].length;
      return 'group';
    }
    const [whole, on = '', off = '', end] = /^([is]*)(?:-([is]+))?([:)])/.exec(rest) ?? [];
    if (whole === undefined) throw new Unsupported();
    this.at += whole.length;
    for (const flag of on) this.set(flag, 'on');
    for (const flag of off) this.set(flag, 'off');
    return end === ')' ? 'alone' : 'group';
  }

  private set(flag: string, to: 'on' | 'off'): void {
    if (flag === 's') this.flags = { ...this.flags, dotAll: to === 'on' };
    else this.flags = { ...this.flags, folding: to === 'on' ? 'folded' : 'as-is' };
  }

  private escape(): Syntax {
    const taken = this.take();
    if (taken === 'A') return { kind: 'begin' };
    if (taken === 'z') return { kind: 'end' };
    return oneOf(CLASSES.get(taken) ?? [this.code(taken)], this.flags.folding);
  }

  /** What a letter after a backslash stands for, where it is one character. */
  private code(letter: string): Span {
    const control = CONTROLS.get(letter);
    if (control !== undefined) return [control, control];
    if (letter === 'x') return this.hexadecimal();
    if (/[\w]/.test(letter)) throw new Unsupported();
    return spanOf(letter);
  }

  private hexadecimal(): Span {
    const rest = this.characters.slice(this.at, this.at + 10).join('');
    const [whole, braced, plain] = /^(?:\{([\da-fA-F]{1,6})\}|([\da-fA-F]{2}))/.exec(rest) ?? [];
    if (whole === undefined) throw new Unsupported();
    this.at += whole.length;
    const code = parseInt(braced ?? plain!, 16);
    return [code, code];
  }

  private bracket(): readonly Span[] {
    const isInverted = this.skip('^');
    const spans: Span[] = [];
    do spans.push(...this.member());
    while (!this.skip(']'));
    const folded = oneOf(spans, this.flags.folding);
    return isInverted && folded.kind === 'one-of' ? inverted(folded.spans) : spans;
  }

  private member(): readonly Span[] {
    const taken = this.take();
    if (taken === '[' && this.next === ':') throw new Unsupported();
    const first = taken === '\\' ? this.take() : undefined;
    const named = first === undefined ? undefined : CLASSES.get(first);
    if (named) return named;
    const from = first === undefined ? spanOf(taken) : this.code(first);
    if (this.next !== '-' || this.characters[this.at + 1] === ']') return [from];
    this.take();
    const end = this.take();
    const to = end === '\\' ? this.code(this.take()) : spanOf(end);
    if (to[0] < from[0]) throw new Unsupported();
    return [[from[0], to[0]]];
  }
}

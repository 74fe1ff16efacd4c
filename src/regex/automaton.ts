/** Expressions as automata: which texts they take, however many there are. */
import type { Span, Syntax } from './syntax';

/** Beyond this many states nobody will wait for the answer. */
const MOST_STATES = 20_000;
const MOST_SETS = 4_000;

type State = number;

interface Step {
  readonly spans: readonly Span[];
  readonly to: State;
}

/** An automaton that may be in several states at once. */
interface Machine {
  readonly start: State;
  readonly end: State;
  readonly steps: readonly (readonly Step[])[];
  /** Steps without a character; some are open only where the text begins, or only where it ends. */
  readonly jumps: readonly (readonly Jump[])[];
}

interface Jump {
  readonly to: State;
  readonly only: 'begin' | 'end' | undefined;
}

class TooLarge extends Error {}

class Builder {
  readonly steps: Step[][] = [];
  readonly jumps: Jump[][] = [];

  state(): State {
    if (this.steps.length >= MOST_STATES) throw new TooLarge();
    this.jumps.push([]);
    return this.steps.push([]) - 1;
  }

  /** Adds the way from a state through an expression, and tells where it ends. */
  through(from: State, syntax: Syntax): State {
    switch (syntax.kind) {
      case 'one-of': {
        const to = this.state();
        this.steps[from]!.push({ spans: syntax.spans, to });
        return to;
      }
      case 'begin':
      case 'end':
        return this.jump(from, this.state(), syntax.kind);
      case 'sequence':
        return syntax.items.reduce((at, item) => this.through(at, item), from);
      case 'choice': {
        const to = this.state();
        for (const item of syntax.items) this.jump(this.through(this.jump(from, this.state()), item), to);
        return to;
      }
      case 'repeat':
        return this.repeat(from, syntax);
    }
  }

  private repeat(from: State, { item, least, most }: Extract<Syntax, { kind: 'repeat' }>): State {
    let at = from;
    for (let count = 0; count < least; count++) at = this.through(at, item);
    if (most === Infinity) {
      const loop = this.jump(at, this.state());
      this.jump(this.through(loop, item), loop);
      return this.jump(loop, this.state());
    }
    const to = this.state();
    for (let count = least; count < most; count++) {
      this.jump(at, to);
      at = this.through(at, item);
    }
    return this.jump(at, to);
  }

  private jump(from: State, to: State, only?: 'begin' | 'end'): State {
    this.jumps[from]!.push({ to, only });
    return to;
  }
}

/** The automaton of an expression; undefined where it grows too large. */
export const automatonOf = (syntax: Syntax): Automaton | undefined =>
  unlessTooLarge(() => {
    const builder = new Builder();
    const start = builder.state();
    const end = builder.through(start, syntax);
    return new Automaton({ start, end, steps: builder.steps, jumps: builder.jumps });
  });

/** All states that an automaton is in after some text, by number. */
export type Position = number;

/** Where no text leads on. */
const NOWHERE: Position = 0;

type Places = ReadonlySet<Jump['only']>;

const WITHIN: Places = new Set([undefined]);
const AT_BEGIN: Places = new Set([undefined, 'begin']);
const AT_END: Places = new Set([undefined, 'end']);
const EMPTY_TEXT: Places = new Set([undefined, 'begin', 'end']);

/** An expression's automaton, whose positions are worked out as they are met. */
export class Automaton {
  readonly begin: Position;
  /** The first of each run of characters that it does not tell apart. */
  readonly edges: readonly number[];
  private readonly positions: (readonly State[])[] = [];
  private readonly numbers = new Map<string, Position>();
  private readonly next: (Position | undefined)[][] = [];
  private readonly ends: (boolean | undefined)[] = [];
  private readonly ascii: readonly number[];

  constructor(private readonly machine: Machine) {
    const spans = machine.steps.flatMap((steps) => steps.flatMap((step) => step.spans));
    const edges = new Set(spans.flatMap(([first, last]) => [first, last + 1])).add(0);
    this.edges = [...edges].sort((one, other) => one - other);
    this.ascii = runsOfAscii(this.edges);
    this.numbered([]);
    this.begin = this.numbered(this.reach([machine.start], AT_BEGIN));
    this.ends[this.begin] = this.reach([machine.start], EMPTY_TEXT).includes(machine.end);
  }

  /** Whether a text may end here. */
  accepts(at: Position): boolean {
    return (this.ends[at] ??= this.reach(this.positions[at]!, AT_END).includes(this.machine.end));
  }

  /** Whether no text that comes here is taken, however it goes on. */
  isDead(at: Position): boolean {
    return at === NOWHERE;
  }

  /** Where a character of a run leads. */
  after(at: Position, run: number): Position {
    return (this.next[at]![run] ??= this.step(at, this.edges[run]!));
  }

  /** Among which run a character is. */
  runOf(character: number): number {
    if (character < this.ascii.length) return this.ascii[character]!;
    return this.search(character);
  }

  private search(character: number): number {
    let [low, high] = [0, this.edges.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.edges[middle]! <= character) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** Whether it takes a text. */
  takes(text: string): boolean {
    let at = this.begin;
    for (let index = 0; index < text.length; index++) {
      const character = text.codePointAt(index)!;
      if (character > 0xffff) index++;
      at = this.after(at, this.runOf(character));
      if (at === NOWHERE) return false;
    }
    return this.accepts(at);
  }

  private step(at: Position, character: number): Position {
    const next = this.positions[at]!.flatMap((state) =>
      this.machine.steps[state]!.filter(({ spans }) =>
        spans.some(([first, last]) => first <= character && character <= last),
      ).map(({ to }) => to),
    );
    return next.length === 0 ? NOWHERE : this.numbered(this.reach(next, WITHIN));
  }

  private numbered(states: readonly State[]): Position {
    const key = states.join();
    const known = this.numbers.get(key);
    if (known !== undefined) return known;
    if (this.positions.length > MOST_SETS) throw new TooLarge();
    const number = this.positions.push(states) - 1;
    this.numbers.set(key, number);
    this.next.push([]);
    return number;
  }

  private reach(from: readonly State[], places: Places): readonly State[] {
    const found = new Set(from);
    for (const state of found)
      for (const { to, only } of this.machine.jumps[state]!) if (places.has(only)) found.add(to);
    return [...found].sort((one, other) => one - other);
  }
}

function runsOfAscii(edges: readonly number[]): number[] {
  let run = 0;
  return Array.from({ length: 128 }, (_, code) => {
    if (edges[run + 1]! <= code) run++;
    return run;
  });
}

/** What an automaton that has grown too large can say of anything. */
export function unlessTooLarge<Answer>(ask: () => Answer): Answer | undefined {
  try {
    return ask();
  } catch (error) {
    if (error instanceof TooLarge) return undefined;
    throw error;
  }
}

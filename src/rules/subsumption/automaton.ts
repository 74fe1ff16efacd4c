/** Sets of texts as automata: whether one lies within another, whether they meet, and the shortest text of one. */
import type { Span, Syntax } from './syntax';

/** Beyond this many states nobody will wait for the answer. */
const MOST_STATES = 20_000;
const MOST_STEPS = 4_000;

type State = number;

interface Step {
  readonly spans: readonly Span[];
  readonly to: State;
}

/** An automaton that may be in several states at once. */
export interface Automaton {
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
export function automatonOf(syntax: Syntax): Automaton | undefined {
  try {
    const builder = new Builder();
    const start = builder.state();
    const end = builder.through(start, syntax);
    return { start, end, steps: builder.steps, jumps: builder.jumps };
  } catch (error) {
    if (error instanceof TooLarge) return undefined;
    throw error;
  }
}

/** The states of an automaton after some text. */
interface Reached {
  readonly states: readonly State[];
  readonly key: string;
}

function reach({ jumps }: Automaton, from: readonly State[], place: 'begin' | 'end' | undefined): Reached {
  const found = new Set(from);
  for (const state of found)
    for (const { to, only } of jumps[state]!) if (only === undefined || only === place) found.add(to);
  const states = [...found].sort((one, other) => one - other);
  return { states, key: states.join() };
}

const begin = (automaton: Automaton): Reached => reach(automaton, [automaton.start], 'begin');

/** Where the very text is empty, both its places are met at once. */
const accepts = (automaton: Automaton, { states }: Reached): boolean =>
  reach(automaton, states, 'end').states.includes(automaton.end);

function after(automaton: Automaton, { states }: Reached, character: number): Reached {
  const next = states.flatMap((state) =>
    automaton.steps[state]!.filter(({ spans }) =>
      spans.some(([first, last]) => first <= character && character <= last),
    ).map(({ to }) => to),
  );
  return reach(automaton, next, undefined);
}

/** One character for every set of characters that the automata do not tell apart, those first that read well. */
function alphabet(automata: readonly Automaton[]): number[] {
  const edges = new Set<number>([0]);
  for (const { steps } of automata)
    for (const { spans } of steps.flat())
      for (const [first, last] of spans) {
        edges.add(first);
        edges.add(last + 1);
      }
  const sorted = [...edges].sort((one, other) => one - other);
  const picked = sorted.flatMap((first, index) => {
    const next = sorted[index + 1] ?? 0x110000;
    return first < 0x110000 ? [READABLE.find((code) => first <= code && code < next) ?? first] : [];
  });
  return picked.sort((one, other) => rank(one) - rank(other));
}

const READABLE = [...'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-_/.'].map((character) =>
  character.charCodeAt(0),
);

const rank = (code: number): number => (READABLE.includes(code) ? READABLE.indexOf(code) : 100 + code);

interface Visit {
  readonly taking: readonly Reached[];
  readonly without: Reached | undefined;
  readonly text: string;
}

/**
 * The shortest text that all of the first automata take and the last does not; without a last one, that all take. `none` where
 * there is no such text, undefined where it would take too long to know.
 */
export function shortest(
  taking: readonly Automaton[],
  without?: Automaton,
): { readonly text: string } | 'none' | undefined {
  const characters = alphabet(without ? [...taking, without] : taking);
  const queue: Visit[] = [{ taking: taking.map(begin), without: without && begin(without), text: '' }];
  const seen = new Set<string>();
  for (let visit; (visit = queue.shift());) {
    const at = visit;
    const ends = taking.every((automaton, index) => accepts(automaton, at.taking[index]!));
    if (ends && !(without && accepts(without, at.without!))) return at;
    for (const character of characters) {
      const next = taking.map((automaton, index) => after(automaton, at.taking[index]!, character));
      if (next.some(({ states }) => states.length === 0)) continue;
      const rest = without && after(without, at.without!, character);
      const key = [...next, ...(rest ? [rest] : [])].map((each) => each.key).join(';');
      if (seen.has(key)) continue;
      if (seen.size >= MOST_STEPS) return undefined;
      seen.add(key);
      queue.push({ taking: next, without: rest, text: at.text + String.fromCodePoint(character) });
    }
  }
  return 'none';
}

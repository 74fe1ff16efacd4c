/** Sets of texts set against each other: the shortest text that lies in some and not in others. */
import { type Automaton, type Position, unlessTooLarge } from './automaton';

/** Beyond this many steps nobody will wait for the answer. */
const MOST_STEPS = 4_000;

interface Visit {
  readonly inside: readonly Position[];
  readonly outside: readonly Position[];
  readonly text: string;
}

/**
 * The shortest text that all of the first automata take and none of the others does. `none` where there is no such text,
 * undefined where it would take too long to know.
 */
export const shortest = (
  inside: readonly Automaton[],
  outside: readonly Automaton[] = [],
): { readonly text: string } | 'none' | undefined => unlessTooLarge(() => search(inside, outside));

function search(inside: readonly Automaton[], outside: readonly Automaton[]): { text: string } | 'none' | undefined {
  const letters = alphabet([...inside, ...outside]).map((code) => ({
    character: String.fromCodePoint(code),
    inside: inside.map((automaton) => automaton.runOf(code)),
    outside: outside.map((automaton) => automaton.runOf(code)),
  }));
  const start = { inside: inside.map(({ begin }) => begin), outside: outside.map(({ begin }) => begin), text: '' };
  const queue: Visit[] = [start];
  const seen = new Set<string>();
  for (let place = 0; place < queue.length; place++) {
    const at = queue[place]!;
    if (isAnswer(at)) return at;
    for (const letter of letters) {
      const next = inside.map((automaton, index) => automaton.after(at.inside[index]!, letter.inside[index]!));
      if (next.some((position, index) => inside[index]!.isDead(position))) continue;
      const rest = outside.map((automaton, index) => automaton.after(at.outside[index]!, letter.outside[index]!));
      const key = `${next.join()};${rest.join()}`;
      if (seen.has(key)) continue;
      if (seen.size >= MOST_STEPS) return undefined;
      seen.add(key);
      queue.push({ inside: next, outside: rest, text: at.text + letter.character });
    }
  }
  return 'none';

  function isAnswer(at: Visit): boolean {
    const ends = inside.every((automaton, index) => automaton.accepts(at.inside[index]!));
    return ends && !outside.some((automaton, index) => automaton.accepts(at.outside[index]!));
  }
}

/** One character for every set of characters that the automata do not tell apart, those first that read well. */
function alphabet(automata: readonly Automaton[]): number[] {
  const edges = new Set(automata.flatMap((automaton) => automaton.edges));
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

const ranks = new Map(READABLE.map((code, rank) => [code, rank]));

const rank = (code: number): number => ranks.get(code) ?? 100 + code;

/** Matches that together take all that another one takes. */
import { type Region, type Taken, regionOf, remainder, takesFrom } from './region';

/** Something that takes requests. */
export interface Taker {
  readonly taken: Taken;
}

/** Those that take all of some requests, the first first, and such requests: the one in its midst is taken by one of them. */
export interface Cover<Item> {
  readonly by: readonly Item[];
  readonly region: Region;
}

/** Beyond this many pieces nobody will wait for the answer. */
const MOST_PIECES = 200;

/** What certainly takes all that a match takes, of those that are asked before it; undefined where it gets some request, or nobody knows. */
export function coverOf<Item extends Taker>(
  narrow: Taken,
  candidates: (region: Region) => readonly Item[],
): Cover<Item> | undefined {
  const region = regionOf(narrow);
  if (typeof region !== 'object') return undefined;
  const takersOf = (piece: Region): Item[] => candidates(piece).filter(({ taken }) => takesFrom(piece, taken));
  const takers = takersOf(region);
  const [first] = takers;
  if (!first) return undefined;
  const single = takers.find(({ taken }) => remainder(region, taken)?.length === 0);
  if (!single) return together(region, takersOf);
  if (single === first) return { by: [single], region };
  const before = (piece: Region): Item[] => upTo(takersOf(piece), single);
  const found = search(region, before);
  if (found && 'reached' in found) return { by: [single], region: found.reached };
  return found ? least(region, found.by) : { by: [first, single], region };
}

function upTo<Item>(items: readonly Item[], last: Item): Item[] {
  const place = items.indexOf(last);
  return place < 0 ? [...items] : items.slice(0, place);
}

function together<Item extends Taker>(region: Region, takersOf: (region: Region) => Item[]): Cover<Item> | undefined {
  const found = search(region, takersOf);
  return found && 'by' in found ? least(region, found.by) : undefined;
}

/** Leaves out those that are not needed, but for the one that takes the request in the midst. */
function least<Item extends Taker>(region: Region, by: readonly Item[]): Cover<Item> {
  const needed = new Set(by);
  for (const each of by.slice(1).reverse()) {
    needed.delete(each);
    const found = search(region, (piece) => [...needed].filter(({ taken }) => takesFrom(piece, taken)));
    if (!found || 'reached' in found) needed.add(each);
  }
  return { by: by.filter((each) => needed.has(each)), region };
}

type Search<Item> = { readonly reached: Region } | { readonly by: readonly Item[] };

/**
 * Takes one request after the other that nobody is known to take, asks who does, and goes on with what that one leaves; either one
 * is found that nobody takes, or who takes them all, in the order in which they were met.
 */
function search<Item extends Taker>(region: Region, takersOf: (region: Region) => Item[]): Search<Item> | undefined {
  const pieces = [region];
  const by = new Set<Item>();
  for (let count = 0; pieces.length > 0; count++) {
    const piece = pieces.pop()!;
    const takers = takersOf(piece);
    if (takers.length === 0) return { reached: piece };
    if (count >= MOST_PIECES) return undefined;
    const left = firstDecided(piece, takers);
    if (!left) return undefined;
    by.add(left.taker);
    pieces.push(...left.pieces);
  }
  return { by: [...by] };
}

function firstDecided<Item extends Taker>(piece: Region, takers: readonly Item[]) {
  for (const taker of takers) {
    const pieces = remainder(piece, taker.taken);
    if (pieces) return { taker, pieces };
  }
  return undefined;
}

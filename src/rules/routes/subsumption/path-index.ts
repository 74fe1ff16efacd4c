/** Matches found by a path that they may take, so that not every two of them need be compared. */
import { addTo } from '../../../mesh/grouping';
import type { Texts } from './texts';

/** Things kept by the paths that they take, in the order in which they were added. */
export class PathIndex<Item> {
  private readonly exact = new Map<string, Placed<Item>[]>();
  private readonly beginning = new Map<string, Placed<Item>[]>();
  private count = 0;

  add(item: Item, paths: Texts | undefined): void {
    const placed = { item, place: this.count++ };
    if (paths?.how === 'exact' && paths.folding === 'as-is') addTo(this.exact, paths.text, placed);
    else addTo(this.beginning, beginningOf(paths), placed);
  }

  /** Those that may take a path, the first first: all that do, and some that do not. */
  candidates(path: string): Item[] {
    const found = [...(this.exact.get(path) ?? [])];
    for (let length = 0; length <= path.length; length++)
      found.push(...(this.beginning.get(path.slice(0, length)) ?? []));
    return found.sort((one, other) => one.place - other.place).map(({ item }) => item);
  }
}

interface Placed<Item> {
  readonly item: Item;
  readonly place: number;
}

/** What every path begins with that they take. */
function beginningOf(paths: Texts | undefined): string {
  if (!paths || paths.folding === 'folded' || paths.how === 'exact') return '';
  if (paths.how !== 'regex') return paths.text;
  if (/[|^\\]|\(\?/.test(paths.text)) return '';
  const [literal = ''] = /^[\w/-]*/.exec(paths.text) ?? [];
  return /^[*?{]/.test(paths.text.slice(literal.length)) ? literal.slice(0, -1) : literal;
}

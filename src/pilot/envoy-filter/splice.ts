import type { Patch } from './patches';

/** The item of a list that a patch is about; `isNamed`: the patch says which one that is. */
export interface Wanted<Item> {
  readonly is: (item: Item) => boolean;
  readonly isNamed: boolean;
}

/** An ordered list with what a patch adds to it, puts in another's place, or takes out. istio: insertAfterFunc, insertBeforeFunc, replaceFunc */
export function spliced<Item extends object>(
  items: readonly Item[],
  patch: Patch,
  wanted: Wanted<Item>,
): readonly Item[] {
  const { operation } = patch;
  const value = patch.value as Item;
  if (operation === 'ADD' || (operation === 'INSERT_AFTER' && !wanted.isNamed)) return [...items, value];
  if (operation === 'INSERT_FIRST' || (operation === 'INSERT_BEFORE' && !wanted.isNamed)) return [value, ...items];
  if (!wanted.isNamed) return items;
  if (operation === 'REMOVE') return items.filter((item) => !wanted.is(item));
  const at = items.findIndex(wanted.is);
  return at < 0 ? items : around(items, at, operation, value);
}

function around<Item>(items: readonly Item[], at: number, operation: Patch['operation'], value: Item): readonly Item[] {
  const [before, after] = [items.slice(0, at), items.slice(at + 1)];
  switch (operation) {
    case 'INSERT_AFTER':
      return [...before, items[at]!, value, ...after];
    case 'INSERT_BEFORE':
      return [...before, value, items[at]!, ...after];
    case 'REPLACE':
      return [...before, value, ...after];
    default:
      return items;
  }
}

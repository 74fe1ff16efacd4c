const places = new WeakMap<readonly unknown[], readonly number[]>();

/** A list without some of its items; where the others stood is remembered. */
export function withoutItems<Item>(list: readonly Item[], isLeftOut: (item: Item) => boolean): Item[] {
  const kept = list.flatMap((item, index) => (isLeftOut(item) ? [] : [index]));
  const shorter = kept.map((index) => list[index]!);
  places.set(shorter, kept);
  return shorter;
}

/** The item of a list that stands at a place of the document. */
export function itemAt(list: readonly unknown[], place: number): unknown {
  const kept = places.get(list);
  return list[kept ? kept.indexOf(place) : place];
}

/** Where an item of a list stands in the document. */
export const placeOf = (list: readonly unknown[], index: number): number => places.get(list)?.[index] ?? index;

/** Why something does not match, as a clause; undefined where it does match. */
export type Mismatch = string | undefined;

/** Turns a reason into words, or leaves it unspoken where nobody will read it. */
export type Because = (clause: () => string) => string;

export const inWords: Because = (clause) => clause();

export const silently: Because = () => '';

/** The first mismatch among several conditions that must all hold. */
export function firstMismatch<Item>(items: readonly Item[] | undefined, mismatch: (item: Item) => Mismatch): Mismatch {
  for (const item of items ?? []) {
    const found = mismatch(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

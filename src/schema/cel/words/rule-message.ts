import type { Path } from '../../../source/path';

/** What to say of a broken rule. */
export interface RuleText {
  readonly message: string;
  /** Where, from the value that the rule is about. */
  readonly at: Path;
  readonly on: 'value' | 'key';
  /** Said only where no other rule about the same value is broken: this one would be a consequence. */
  readonly onlyAlone?: true;
}

/**
 * Tells of the rules that a pattern matches, given the value and what the pattern caught. Rules are matched without blanks, and with
 * single quotes.
 */
export type RuleMessage = readonly [rule: string | RegExp, tell: (self: never, ...caught: string[]) => RuleText];

/** Said of the value itself, or of one that a path leads to from it. */
export const value = (message: string, ...at: Path): RuleText => ({ message, at, on: 'value' });

/** Said of the key of what a path leads to. */
export const key = (message: string, ...at: Path): RuleText => ({ message, at, on: 'key' });

/** A text as messages show it. */
export const quote = (text: unknown): string => `"${String(text)}"`;

/** The first item of a list that has a key of an earlier one. */
export function repeatedAt<Item>(items: readonly Item[], keyOf: (item: Item) => string | undefined): number {
  const keys = items.map((item) => keyOf(item));
  return keys.findIndex((name, index) => name !== undefined && keys.indexOf(name) < index);
}

/** Said of the field that an item of a list shares with an earlier one. */
export function second<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string | undefined,
  field: string,
): RuleText {
  const index = repeatedAt(items, keyOf);
  return value(`duplicate ${field} ${quote(keyOf(items[index]!))}`, index, field);
}

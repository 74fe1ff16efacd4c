import type { BadName } from '../names';
import { oneOf } from '../spelling';
import type { Check, Part } from './part';

type Table<T> = { readonly [Key in keyof T & string]?: Check<NonNullable<T[Key]>> };

/** Checks the fields that are there, each in its own way, and then the whole. */
export function fields<T extends object>(table: Table<T>, ...whole: Check<T>[]): Check<T> {
  const rows = Object.entries(table) as [keyof T & string, Check<unknown>][];
  return (part) => {
    for (const [name, check] of rows) {
      const value = part.value[name];
      if (value !== undefined && value !== null) check(part.at(name));
    }
    for (const check of whole) check(part);
  };
}

/** Checks every item of a list. */
export const each =
  <T>(check: Check<T>): Check<readonly T[]> =>
  (part) => {
    for (const item of part.items()) check(item);
  };

/** Checks every value of a map. */
export const values =
  <T>(check: Check<T>): Check<Record<string, T>> =>
  (part) => {
    for (const entry of part.entries()) check(entry);
  };

/** The same check, of which the webhook loses the warnings on their way. */
export const losingWarnings =
  <T>(check: Check<T>): Check<T> =>
  (part) => {
    const { violations } = part.judged;
    const before = violations.length;
    check(part);
    violations.push(
      ...violations
        .splice(before)
        .map((found) => (found.severity === 'warning' ? { ...found, ours: true as const } : found)),
    );
  };

/** One check after another. */
export const all =
  <T>(...checks: Check<T>[]): Check<T> =>
  (part) => {
    for (const check of checks) check(part);
  };

/** Checks a text unless it is empty, where that means the same as none. */
export const unlessEmpty =
  (check: Check<string>): Check<string> =>
  (part) => {
    if (part.value !== '') check(part);
  };

/** The fields that must be there, and not be empty. */
export const needs =
  <T extends object>(...names: (keyof T & string)[]): Check<T> =>
  (part) => {
    for (const name of names) {
      const value: unknown = part.value[name];
      if (value === undefined || value === null || value === '') missing(part, name);
    }
  };

/** Says that of several fields those are missing that are not there or empty, in one breath. */
export function needTogether<T extends object>(
  part: Part<T>,
  names: readonly (keyof T & string)[],
  because: string,
): void {
  const absent = names.filter((name) => !part.value[name]);
  const [only] = absent;
  if (absent.length === 1) missing(part, only!, because);
  else if (only) part.refuse(`${oneOf(absent, 'and')} are missing${because}`, { on: 'key', reason: 'missing-field' });
}

/** Says that a field must be there, and why where that is not plain. */
export function missing<T>(part: Part<T>, name: string, because = ''): void {
  const there = part.value !== null && typeof part.value === 'object' && Object.hasOwn(part.value, name);
  const what = there ? `"${name}" must not be empty` : `"${name}" is missing`;
  part.at(name as never).refuse(`${what}${because}`, { reason: 'missing-field' });
}

/** Checks how a text is spelt. */
export const spelt =
  (rule: (text: string) => BadName | undefined): Check<string> =>
  (part) => {
    const bad = rule(part.value);
    if (bad) misspelt(part, part.value, bad);
  };

/** Says why a text is not spelt as it should be, and what was probably meant. */
export function misspelt(part: Part, text: string, { because, instead }: BadName, on: 'value' | 'key' = 'value'): void {
  const shown = text.length > 80 ? `${text.slice(0, 77)}...` : text;
  part.refuse(`"${shown}" ${because}${instead === undefined ? '' : `; did you mean "${instead}"?`}`, {
    on,
    reason: 'format',
    suggestion: instead === undefined ? undefined : on === 'key' ? { replaceKey: instead } : { replaceValue: instead },
  });
}

/** Says of every item that has an earlier one's key that it stands twice. Items without a key are passed over. */
export const unique =
  <T>(
    what: string,
    keyOf: (item: T) => string | undefined,
    blame: (item: Part<T>) => Part = (item) => item,
  ): Check<readonly T[]> =>
  (part) => {
    const seen = new Set<string>();
    for (const item of part.items() as Part<T>[]) {
      const key = keyOf(item.value);
      if (key === undefined) continue;
      if (seen.has(key)) blame(item).refuse(`duplicate ${what} "${key}"`, { reason: 'duplicate' });
      seen.add(key);
    }
  };

/** How many of these fields are there. */
export const present = <T extends object>(value: T, ...names: (keyof T & string)[]): (keyof T & string)[] =>
  names.filter((name) => value[name] !== undefined && value[name] !== null);

/** Whether a list or map has anything in it. */
export const isFilled = (value: object | undefined | null): boolean =>
  value !== undefined && value !== null && Object.keys(value).length > 0;

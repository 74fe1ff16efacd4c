import type { Path } from './path';
import { placeOf } from './places';

/**
 * Patterns such as `spec.http[].route[].destination`: a name leads into a field, `name[]` into every item of the list under
 * it, `name{}` into every value of the map under it. They are checked against the type of the document: a pattern that leads
 * nowhere has the type `never` and does not compile.
 */
export type ValueAt<T, Pattern extends string> = Pattern extends `${infer Step}.${infer Rest}`
  ? ValueAt<StepInto<NonNullable<T>, Step>, Rest>
  : StepInto<NonNullable<T>, Pattern>;

type StepInto<T, Step extends string> = T extends unknown
  ? Step extends `${infer Name}[]`
    ? FieldOf<T, Name> extends readonly (infer Item)[]
      ? Item
      : never
    : Step extends `${infer Name}{}`
      ? FieldOf<T, Name>[keyof FieldOf<T, Name>]
      : FieldOf<T, Step>
  : never;

type FieldOf<T, Name extends string> = Name extends keyof T ? NonNullable<T[Name]> : never;

/** The pattern itself where it leads somewhere in T, else never. */
export type Valid<T, Pattern extends string> = [ValueAt<T, Pattern>] extends [never] ? never : Pattern;

interface Step {
  name: string;
  into: 'field' | 'items' | 'values';
}

const compiled = new Map<string, Step[]>();

function compile(pattern: string): Step[] {
  const known = compiled.get(pattern);
  if (known) return known;
  const steps = pattern.split('.').map((text): Step => {
    if (text.endsWith('[]')) return { name: text.slice(0, -2), into: 'items' };
    if (text.endsWith('{}')) return { name: text.slice(0, -2), into: 'values' };
    return { name: text, into: 'field' };
  });
  compiled.set(pattern, steps);
  return steps;
}

/** Calls `found` with every value of the document that the pattern leads to and its path; absent and null ones are passed over. */
export function matchPattern(root: unknown, pattern: string, found: (value: unknown, path: Path) => void): void {
  const steps = compile(pattern);
  const walk = (value: unknown, depth: number, path: Path): void => {
    const step = steps[depth];
    if (!step) return found(value, path);
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step.name)) return;
    const child = (value as Record<string, unknown>)[step.name];
    const childPath = [...path, step.name];
    if (child === null || child === undefined) return;
    if (step.into === 'field') return walk(child, depth + 1, childPath);
    if (step.into === 'items') {
      if (!Array.isArray(child)) return;
      child.forEach((item, index) => {
        if (item !== null && item !== undefined) walk(item, depth + 1, [...childPath, placeOf(child, index)]);
      });
      return;
    }
    if (typeof child !== 'object' || Array.isArray(child)) return;
    for (const [key, item] of Object.entries(child)) if (item !== null) walk(item, depth + 1, [...childPath, key]);
  };
  walk(root, 0, []);
}

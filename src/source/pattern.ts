import type { Path } from './path';
import { placeOf } from './places';
import { own } from './own';

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
  walk(root, { steps: compile(pattern), path: [], found }, 0);
}

/** One walk; `path` is that of the value at hand, the same array for all of them. */
interface Walk {
  readonly steps: readonly Step[];
  readonly path: (string | number)[];
  readonly found: (value: unknown, path: Path) => void;
}

function walk(value: unknown, matching: Walk, depth: number): void {
  const { steps, path, found } = matching;
  const step = steps[depth];
  if (!step) return found(value, path.slice());
  if (typeof value !== 'object' || value === null) return;
  const child = own(value as Record<string, unknown>, step.name);
  if (child === null || child === undefined) return;
  path.push(step.name);
  if (step.into === 'field') walk(child, matching, depth + 1);
  else if (typeof child === 'object' && Array.isArray(child) === (step.into === 'items'))
    walkInside(child, matching, depth + 1);
  path.pop();
}

/** Walks on in every item of a list, and every value of a map. */
function walkInside(inside: object, matching: Walk, depth: number): void {
  const { path } = matching;
  const enter = (item: unknown, name: string | number): void => {
    if (item === null || item === undefined) return;
    path.push(name);
    walk(item, matching, depth);
    path.pop();
  };
  if (Array.isArray(inside)) inside.forEach((item: unknown, index) => enter(item, placeOf(inside, index)));
  else for (const [key, item] of Object.entries(inside)) enter(item, key);
}

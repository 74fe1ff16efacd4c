import { own } from './own';

/** The way from a document's root to a value: names of fields and numbers of list items. */
export type Path = readonly (string | number)[];

const PLAIN = /^[A-Za-z_$][\w-]*$/;

/** A path as people write it: `spec.http[1].route[0].destination`, names with other characters as `labels["a/b"]`. */
export function formatPath(path: Path): string {
  return path
    .map((step, index) => {
      if (typeof step === 'number') return `[${step}]`;
      if (!PLAIN.test(step)) return `[${JSON.stringify(step)}]`;
      return index === 0 ? step : `.${step}`;
    })
    .join('');
}

/** The value at the end of a path, or undefined where the path leads nowhere. */
export function valueAt(root: unknown, path: Path): unknown {
  let value = root;
  for (const step of path) {
    if (value === null || typeof value !== 'object' || !Object.hasOwn(value, step)) return undefined;
    value = own(value as Record<string | number, unknown>, step);
  }
  return value;
}

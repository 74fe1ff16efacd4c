import type { Path } from '../source/path';

/**
 * The value without the entries of maps that are null, as the API server drops them before it looks further. The items of lists stay.
 * Nothing is copied where there is no null.
 */
export function withoutNulls(value: unknown): unknown {
  return hasNullEntries(value) ? copyOf(value) : value;
}

/** Whether an entry of a map, however deep, is null. */
export function hasNullEntries(value: unknown): boolean {
  if (value === null || typeof value !== 'object') return false;
  if (Array.isArray(value)) return value.some(hasNullEntries);
  for (const key in value) {
    const child = (value as Record<string, unknown>)[key];
    if (child === null || (typeof child === 'object' && hasNullEntries(child))) return true;
  }
  return false;
}

/** A copy that may be changed, without the entries of maps that are null. */
export function copyOf(value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(copyOf);
  const copy: Record<string, unknown> = {};
  for (const key in value) {
    const child = (value as Record<string, unknown>)[key];
    if (child !== null) define(copy, key, copyOf(child));
  }
  return copy;
}

/** Takes out what stands at a path: an entry of a map is left out, an item of a list becomes null, so that the others keep their places. */
export function takeOut(root: unknown, path: Path): void {
  let value: unknown = root;
  for (const step of path.slice(0, -1)) {
    if (value === null || typeof value !== 'object') return;
    value = (value as Record<string | number, unknown>)[step];
  }
  const last = path.at(-1);
  if (last === undefined || value === null || typeof value !== 'object') return;
  if (Array.isArray(value)) value[Number(last)] = null;
  else delete (value as Record<string, unknown>)[last];
}

function define(object: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__')
    Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  else object[key] = value;
}

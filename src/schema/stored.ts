import type { Path } from '../source/path';
import { own, put } from '../source/own';

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
  return Object.values(value).some((child: unknown) => child === null || hasNullEntries(child));
}

/** A copy that may be changed, without the entries of maps that are null. */
export function copyOf(value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(copyOf);
  const copy: Record<string, unknown> = {};
  for (const [key, child] of Object.entries(value)) if (child !== null) put(copy, key, copyOf(child));
  return copy;
}

/** Takes out what stands at a path: an entry of a map is left out, an item of a list becomes null, so that the others keep their places. */
export function takeOut(root: unknown, path: Path): void {
  let value: unknown = root;
  for (const step of path.slice(0, -1)) {
    if (value === null || typeof value !== 'object') return;
    value = own(value as Record<string, unknown>, step);
  }
  const last = path.at(-1);
  if (last === undefined || value === null || typeof value !== 'object') return;
  if (Array.isArray(value)) value[Number(last)] = null;
  else delete (value as Record<string, unknown>)[last];
}

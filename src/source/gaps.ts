import type { Path } from './path';
import { placeOf, withoutItems } from './places';
import { own } from './own';

/** The value without the items of lists that are null; nothing is copied where there are none. Their places are remembered. */
export function withoutGaps(value: unknown): unknown {
  if (!hasGaps(value)) return value;
  if (Array.isArray(value)) return withoutItems(value.map(withoutGaps), (item) => item === null);
  const entries = Object.entries(value as object).map(([key, child]) => [key, withoutGaps(child)] as const);
  return Object.fromEntries(entries);
}

function hasGaps(value: unknown): boolean {
  if (value === null || typeof value !== 'object') return false;
  if (Array.isArray(value)) return value.some((item) => item === null || hasGaps(item));
  return Object.values(value).some(hasGaps);
}

/** Whether a list holds nothing but null. */
export function hasHollowList(value: unknown): boolean {
  if (value === null || typeof value !== 'object') return false;
  if (Array.isArray(value) && value.length > 0 && value.every((item) => item === null)) return true;
  return Object.values(value).some(hasHollowList);
}

/** The path in the document of what has this path in a value that `withoutGaps` gave. */
export function writtenPath(root: unknown, path: Path): Path {
  let value: unknown = root;
  return path.map((step) => {
    const place = Array.isArray(value) && typeof step === 'number' ? placeOf(value, step) : step;
    value =
      value !== null && typeof value === 'object' ? own(value as Record<string | number, unknown>, step) : undefined;
    return place;
  });
}

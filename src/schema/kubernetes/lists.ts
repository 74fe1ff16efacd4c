import type { Path } from '../../source/path';
import { qualifiedName } from '../names';
import { type Violation, violation } from '../violation';

/** The items of a list that share with an earlier one what must be their own. Items for which `keyOf` is undefined are passed over. */
export function repeatedBy<Item>(
  path: Path,
  list: readonly Item[],
  field: string,
  keyOf: (item: Item) => string | undefined,
): Violation[] {
  const seen = new Set<string>();
  return list.flatMap((item, index) => {
    const key = item === null || item === undefined ? undefined : keyOf(item);
    if (key === undefined) return [];
    if (!seen.has(key)) {
      seen.add(key);
      return [];
    }
    return [
      violation('duplicate', [...path, index, field], `an earlier item of this list has the same ${field} "${key}"`),
    ];
  });
}

/** The keys of a map of labels that are no names. */
export const labelKeyViolations = (path: Path, labels: Record<string, string> = {}): Violation[] =>
  Object.keys(labels).flatMap((key) => {
    const bad = qualifiedName(key);
    return bad ? [violation('metadata', [...path, key], `"${key}" ${bad.because}`, { on: 'key' })] : [];
  });

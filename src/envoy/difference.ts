import { isRecord } from './record';

/** What differs between two values of Envoy's configuration. */

/** A place where two values part; what one of them lacks is undefined. */
import { own } from './own';

export interface Difference {
  readonly path: readonly (string | number)[];
  readonly ours: unknown;
  readonly theirs: unknown;
  /** The innermost objects around the place in ours, the innermost first. */
  readonly around: readonly object[];
}

/** Lists in which Envoy looks for what it needs, whatever the order, and what tells their items apart. */
const UNORDERED: Record<string, (item: never) => string> = {
  virtualHosts: ({ name = '' }: { name?: string }) => name,
  domains: (domain: string) => domain,
  matchSubjectAltNames: (matcher: object) => JSON.stringify(matcher),
};

/** Every place where two values part, the outermost alone where one has nothing there. */
export function differences(ours: unknown, theirs: unknown): Difference[] {
  const found: Difference[] = [];
  compare(ours, theirs, [], [], found);
  return found;
}

type Path = Difference['path'];

function compare(ours: unknown, theirs: unknown, path: Path, around: readonly object[], found: Difference[]): void {
  if (Array.isArray(ours) && Array.isArray(theirs)) return compareLists(ours, theirs, path, around, found);
  if (isRecord(ours) && isRecord(theirs)) {
    for (const key of new Set([...Object.keys(ours), ...Object.keys(theirs)]))
      compare(own(ours, key), own(theirs, key), [...path, key], [ours, ...around], found);
    return;
  }
  if (!isSame(ours, theirs)) found.push({ path, ours, theirs, around });
}

function compareLists(
  ours: readonly unknown[],
  theirs: readonly unknown[],
  path: Path,
  around: readonly object[],
  found: Difference[],
): void {
  const identity = own(UNORDERED, String(path.at(-1))) as ((item: unknown) => string) | undefined;
  if (!identity) {
    for (let index = 0; index < Math.max(ours.length, theirs.length); index++)
      compare(ours[index], theirs[index], [...path, index], [ours, ...around], found);
    return;
  }
  const others = new Map(theirs.map((item) => [identity(item), item]));
  ours.forEach((item, index) => {
    compare(item, others.get(identity(item)), [...path, index], [ours, ...around], found);
    others.delete(identity(item));
  });
  for (const item of others.values()) found.push({ path, ours: undefined, theirs: item, around });
}

/** 64-bit numbers may be written as text. */
const isSame = (one: unknown, other: unknown): boolean =>
  one === other || (isNumeric(one) && isNumeric(other) && String(one) === String(other));

const isNumeric = (value: unknown): boolean =>
  typeof value === 'number' || (typeof value === 'string' && /^\d+$/.test(value));

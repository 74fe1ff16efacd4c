import { type Values, text } from './edit';
import { isRecord } from '../../source/record';
import type { Shape } from './merge-shapes';
import { NotRendered } from './not-rendered';
import { own, put } from '../../source/own';

const DIRECTIVE = '$patch';

/** A map with a patch merged into it, or undefined where the patch deletes it. kustomize: merge2.Merge */
export function merged(into: Values | undefined, patch: Values, shape: Shape | undefined): Values | undefined {
  const { [DIRECTIVE]: directive = 'merge', ...rest } = patch;
  if (directive === 'delete') return undefined;
  if (directive === 'replace') return merged(undefined, rest, shape);
  if (directive !== 'merge') throw new NotRendered(`a patch has the unknown directive ${JSON.stringify(directive)}`);
  const result: Values = into ? withoutNulls(into, shape) : {};
  for (const [key, value] of Object.entries(rest)) {
    if (key.startsWith('$')) throw new NotRendered(`a patch has the directive "${key}", which is not supported`);
    const next = mergedField(own(result, key), value, shape?.field(key));
    if (next === undefined) delete result[key];
    else put(result, key, next);
  }
  return result;
}

/** A merge takes away the fields without a value, also those that the patch does not name; not those in lists that are replaced. */
function withoutNulls(map: Values, shape: Shape | undefined): Values {
  const kept = Object.entries(map).filter(([, value]) => value !== null);
  return Object.fromEntries(kept.map(([key, value]) => [key, visited(value, shape?.field(key))]));
}

function visited(value: unknown, shape: Shape | undefined): unknown {
  if (isRecord(value)) return withoutNulls(value, shape);
  if (!Array.isArray(value) || !shape?.keys) return value;
  return value.map((item: unknown) => (isRecord(item) ? withoutNulls(item, shape) : item));
}

function mergedField(old: unknown, value: unknown, shape: Shape | undefined): unknown {
  if (value === null) return undefined;
  if (old !== undefined && old !== null && kindOf(old) !== kindOf(value))
    throw new NotRendered(`a patch has a ${kindOf(value)} where the object has a ${kindOf(old)}`);
  if (isRecord(value)) return merged(isRecord(old) ? old : undefined, value, shape);
  if (!Array.isArray(value) || !shape?.keys) return value;
  return mergedList(Array.isArray(old) ? old : [], value, shape.keys, shape);
}

const kindOf = (value: unknown) => (Array.isArray(value) ? 'list' : isRecord(value) ? 'map' : 'scalar');

function mergedList(
  old: readonly unknown[],
  given: readonly unknown[],
  keys: readonly string[],
  shape: Shape,
): unknown[] | undefined {
  const isDirective = (item: unknown) => isRecord(item) && DIRECTIVE in item && Object.keys(item).length === 1;
  const directive = (given.find(isDirective) as Values | undefined)?.[DIRECTIVE];
  if (directive === 'delete') return undefined;
  const patch = given.filter((item) => !isDirective(item));
  const base = directive === 'replace' ? [] : old;
  if (keys[0] === '') return [...patch, ...base.filter((item) => !patch.includes(item))];
  const taken = new Set<unknown>();
  const first = patch.flatMap((item) => {
    if (!isRecord(item)) throw new NotRendered('a patch has an item that is not a map in a list of maps');
    const match = base.find((other) => !taken.has(other) && isRecord(other) && isSameItem(item, other, keys));
    taken.add(match);
    const result = merged(match as Values | undefined, item, shape);
    return result === undefined || Object.keys(result).length === 0 ? [] : [result];
  });
  // What a patch names comes first, in the order of the patch.
  return [...first, ...base.filter((item) => !taken.has(item))];
}

/** The values of all keys are equal; one that is absent equals any other. */
function isSameItem(a: Values, b: Values, keys: readonly string[]): boolean {
  const pairs = keys.map((key) => [text(own(a, key)), text(own(b, key))] as const);
  return pairs.every(([x, y]) => x === y || x === '' || y === '') && pairs.some(([x, y]) => x !== '' && x === y);
}

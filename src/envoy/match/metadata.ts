import { isRecord } from '../record';
import type { MetadataMatcher, ValueMatcher } from '../config';
import type { Because, Mismatch } from '../run/because';
import { matchesString, quoted, wanted } from './string';
import { own } from '../own';

/** Annotations by filter name and key: those of a request, or of a route. */
export type MetadataValues = Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>>;

/** envoy: Matchers::MetadataMatcher. */
export function metadataMismatch(matcher: MetadataMatcher, metadata: MetadataValues, because: Because): Mismatch {
  const keys = (matcher.path ?? []).map(({ key }) => key ?? '');
  const value = valueAt(own(metadata, matcher.filter ?? ''), keys);
  if (matchesValue(matcher.value ?? {}, value) !== Boolean(matcher.invert)) return undefined;
  return because(() => {
    const of = `metadata ${quoted([matcher.filter, ...keys].join('.'))}`;
    const is = value === undefined ? 'absent' : JSON.stringify(value);
    return `${of} is ${is}, ${matcher.invert ? 'and must not be' : 'not'} ${wantedValue(matcher.value ?? {})}`;
  });
}

function valueAt(root: unknown, keys: readonly string[]): unknown {
  let value = root;
  for (const key of keys) {
    if (!isRecord(value) || !Object.hasOwn(value, key)) return undefined;
    value = value[key];
  }
  return value;
}

/** envoy: Matchers::ValueMatcher and its kinds. */
function matchesValue(matcher: ValueMatcher, value: unknown): boolean {
  if (matcher.orMatch) return (matcher.orMatch.valueMatchers ?? []).some((each) => matchesValue(each, value));
  if (matcher.presentMatch !== undefined) return (value !== undefined) === matcher.presentMatch;
  if (matcher.nullMatch) return value === null;
  if (matcher.boolMatch !== undefined) return value === matcher.boolMatch;
  if (matcher.stringMatch) return typeof value === 'string' && matchesString(matcher.stringMatch, value);
  if (matcher.doubleMatch) return typeof value === 'number' && matchesNumber(matcher.doubleMatch, value);
  if (!matcher.listMatch?.oneOf) return false;
  const { oneOf } = matcher.listMatch;
  return Array.isArray(value) && value.some((item) => matchesValue(oneOf, item));
}

function matchesNumber({ exact, range }: NonNullable<ValueMatcher['doubleMatch']>, value: number): boolean {
  return range ? value >= (range.start ?? 0) && value < (range.end ?? 0) : value === (exact ?? 0);
}

function wantedValue(matcher: ValueMatcher): string {
  if (matcher.orMatch) return (matcher.orMatch.valueMatchers ?? []).map(wantedValue).join(' or ');
  if (matcher.stringMatch) return wanted(matcher.stringMatch);
  if (matcher.listMatch?.oneOf) return `a list with ${wantedValue(matcher.listMatch.oneOf)} in it`;
  if (matcher.presentMatch !== undefined) return matcher.presentMatch ? 'present' : 'absent';
  if (matcher.boolMatch !== undefined) return String(matcher.boolMatch);
  return JSON.stringify(matcher.doubleMatch ?? null);
}

import type { StringMatcher } from '../config';
import type { Because, Mismatch } from '../run/because';
import { matchesAll } from './regex';

/** envoy: Matchers::StringMatcherImpl. `of` names the value in the reason, such as `header "end-user"`. */
export function stringMismatch(matcher: StringMatcher, value: string, of: string, because: Because): Mismatch {
  return matchesString(matcher, value) ? undefined : because(() => `${of} is ${quoted(value)}, not ${wanted(matcher)}`);
}

/** Whether a value is what the matcher wants. */
export function matchesString(matcher: StringMatcher, value: string): boolean {
  if (matcher.safeRegex) return matchesAll(matcher.safeRegex, value);
  const actual = matcher.ignoreCase ? lower(value) : value;
  const want = (text: string): string => (matcher.ignoreCase ? lower(text) : text);
  if (matcher.exact !== undefined) return actual === want(matcher.exact);
  if (matcher.prefix !== undefined) return actual.startsWith(want(matcher.prefix));
  if (matcher.suffix !== undefined) return actual.endsWith(want(matcher.suffix));
  if (matcher.contains !== undefined) return actual.includes(want(matcher.contains));
  return false;
}

/** What a matcher wants, in words. */
export function wanted(matcher: StringMatcher): string {
  const { exact, prefix, suffix, contains, safeRegex, ignoreCase } = matcher;
  const loosely = ignoreCase ? ' in any case' : '';
  if (safeRegex) return `a full match of the expression ${quoted(safeRegex.regex ?? '')}`;
  if (exact !== undefined) return `exactly ${quoted(exact)}${loosely}`;
  if (prefix !== undefined) return `something with the prefix ${quoted(prefix)}${loosely}`;
  if (suffix !== undefined) return `something with the suffix ${quoted(suffix)}${loosely}`;
  if (contains !== undefined) return `something with ${quoted(contains)} in it${loosely}`;
  return 'what a matcher wants that is not simulated';
}

/** A value as messages show it. */
export const quoted = (value: string): string => `"${value}"`;

/** In lower case, ASCII letters only, as Envoy compares. */
export const lower = (text: string): string =>
  /[A-Z]/.test(text) ? text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase()) : text;

import type { HeaderMatcher, StringMatcher } from '../config';
import type { Unknown } from '../run/assumptions';
import type { Because, Mismatch } from '../run/because';
import type { HeaderMap } from '../run/header-map';
import { matchesString, quoted, wanted } from './string';
import { own } from '../own';

/** envoy: HeaderUtility::HeaderData::matchesHeaders. */
export function headerMismatch(matcher: HeaderMatcher, headers: HeaderMap, because: Because): Mismatch {
  // A patch of an EnvoyFilter may leave it out.
  const name = String(matcher.name ?? '').toLowerCase();
  const doubt = headers.doubt(name);
  if (doubt)
    return doubt.holds(unknownHeader(name), matcher) ? undefined : because(() => `${named(name)} is not known`);
  const found = headers.joined(name);
  const value = found ?? (matcher.treatMissingHeaderAsEmpty ? '' : undefined);
  const test = testOf(matcher);

  if (test.kind === 'present') {
    const matches = (value !== undefined) === (test.present !== Boolean(matcher.invertMatch));
    return matches ? undefined : because(() => presence(name, found));
  }
  // A header that is absent satisfies no value, and inverting does not change that.
  if (value === undefined) return because(() => `${named(name)} is absent, wanted is ${test.wants()}`);
  if (test.matches(value) !== Boolean(matcher.invertMatch)) return undefined;
  return because(() =>
    matcher.invertMatch
      ? `${named(name)} is ${shown(found)}, and must not be ${test.wants()}`
      : `${named(name)} is ${shown(found)}, not ${test.wants()}`,
  );
}

const unknownHeader = (name: string): Unknown =>
  name === ':method' ? { kind: 'method' } : name === ':path' ? { kind: 'path' } : { kind: 'header', name };

type HeaderTest =
  { kind: 'present'; present: boolean } | { kind: 'value'; matches: (value: string) => boolean; wants: () => string };

function testOf(matcher: HeaderMatcher): HeaderTest {
  const text = textMatcher(matcher);
  if (text) return { kind: 'value', matches: (value) => matchesString(text, value), wants: () => wanted(text) };
  const { rangeMatch, presentMatch } = matcher;
  if (!rangeMatch) return { kind: 'present', present: presentMatch ?? true };
  const start = Number(rangeMatch.start ?? 0);
  const end = Number(rangeMatch.end ?? 0);
  return {
    kind: 'value',
    matches: (value) => /^\s*[+-]?\d+\s*$/.test(value) && Number(value) >= start && Number(value) < end,
    wants: () => `a number from ${start} up to but not ${end}`,
  };
}

/** The matcher of the value, also where it is written as before there was `stringMatch`. */
function textMatcher(matcher: HeaderMatcher): StringMatcher | undefined {
  if (matcher.stringMatch) return matcher.stringMatch;
  if (matcher.exactMatch !== undefined) return matcher.exactMatch ? { exact: matcher.exactMatch } : { prefix: '' };
  if (matcher.prefixMatch !== undefined) return { prefix: matcher.prefixMatch };
  if (matcher.suffixMatch !== undefined) return { suffix: matcher.suffixMatch };
  if (matcher.containsMatch !== undefined) return { contains: matcher.containsMatch };
  return matcher.safeRegexMatch && { safeRegex: matcher.safeRegexMatch };
}

const PSEUDO: Readonly<Record<string, string>> = {
  ':method': 'the method',
  ':authority': 'the authority',
  ':path': 'the path',
  ':scheme': 'the scheme',
};

const named = (name: string): string => own(PSEUDO, name) ?? `header ${quoted(name)}`;
const shown = (value: string | undefined): string => (value === undefined ? 'absent' : quoted(value));

function presence(name: string, found: string | undefined): string {
  return found === undefined
    ? `${named(name)} is absent, and must be there`
    : `${named(name)} is there, and must not be`;
}

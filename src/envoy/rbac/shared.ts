import type {
  FilterStateMatcher,
  HeaderMatcher,
  MetadataMatcher,
  PathMatcher,
  SourcedMetadata,
  StringMatcher,
} from '../config';
import { headerMismatch } from '../match/header';
import { metadataMismatch } from '../match/metadata';
import { withoutQuery } from '../match/path';
import { quoted, stringMismatch, wanted } from '../match/string';
import type { Because, Mismatch } from '../run/because';
import type { Facts } from './facts';

/** What permissions and principals are both made of. */
interface Rule {
  header?: HeaderMatcher;
  urlPath?: PathMatcher;
  metadata?: MetadataMatcher;
  sourcedMetadata?: SourcedMetadata;
  filterState?: FilterStateMatcher;
}

/** The mismatch of a rule of a kind that permissions and principals share; a rule of no known kind never matches. */
export function sharedMismatch(rule: Rule, facts: Facts, because: Because): Mismatch {
  if (rule.header) return headerMismatch(rule.header, facts.headers, because);
  if (rule.urlPath) return pathMismatch(rule.urlPath, facts, because);
  if (rule.metadata) return claimMismatch(rule.metadata, facts, because);
  if (rule.sourcedMetadata) return sourcedMismatch(rule.sourcedMetadata, facts, because);
  if (rule.filterState) return filterStateMismatch(rule.filterState, facts, because);
  return because(() => `rules of the kind ${quoted(Object.keys(rule)[0] ?? '')} are not simulated and match nothing`);
}

function claimMismatch(matcher: MetadataMatcher, { metadata, assumptions, mayHaveClaims }: Facts, because: Because) {
  if (!assumptions || !mayHaveClaims) return metadataMismatch(matcher, metadata, because);
  const name = (matcher.path ?? []).map(({ key }) => key ?? '').join('.');
  return assumptions.holds({ kind: 'claim', name }, matcher) ? undefined : because(() => 'the claims are not known');
}

function pathMismatch({ path = {} }: PathMatcher, { headers }: Facts, because: Because): Mismatch {
  const doubt = takesAnyPath(path) ? undefined : headers.doubt(':path');
  if (doubt) return doubt.holds({ kind: 'path' }, path) ? undefined : because(() => 'the path is not known');
  if (!headers.has(':path')) return because(() => `a connection has no path, wanted is ${wanted(path)}`);
  return stringMismatch(path, withoutQuery(headers.path), 'the path', because);
}

/** What every path fits, as none is empty. */
const takesAnyPath = ({ prefix, safeRegex }: StringMatcher): boolean =>
  prefix === '' || prefix === '/' || safeRegex?.regex === '.+' || safeRegex?.regex === '.*';

function sourcedMismatch(sourced: SourcedMetadata, facts: Facts, because: Because): Mismatch {
  const values = sourced.metadataSource === 'ROUTE' ? facts.routeMetadata : facts.metadata;
  return metadataMismatch(sourced.metadataMatcher ?? {}, values, because);
}

/** A value that filters left in the state of the connection or request. */
export function filterStateMismatch(
  { key = '', stringMatch = {} }: FilterStateMatcher,
  { filterState }: Pick<Facts, 'filterState'>,
  because: Because,
): Mismatch {
  const value = filterState.get(key);
  if (value === undefined)
    return because(() => `filter state ${quoted(key)} is absent, wanted is ${wanted(stringMatch)}`);
  return stringMismatch(stringMatch, value, `filter state ${quoted(key)}`, because);
}

/** The mismatch of a list of which one must match: that of each. */
export function anyMismatch<Item>(
  items: readonly Item[] | undefined,
  mismatch: (item: Item) => Mismatch,
  because: Because,
): Mismatch {
  const found: string[] = [];
  for (const item of items ?? []) {
    const reason = mismatch(item);
    if (reason === undefined) return undefined;
    found.push(reason);
  }
  return because(() => [...new Set(found)].join(', and ') || 'nothing is listed that could match');
}

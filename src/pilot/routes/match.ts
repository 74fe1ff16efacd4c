/** Which requests a route takes. */
import { withoutUndefined } from '../../source/without-undefined';
import type { HeaderMatcher, QueryParameterMatcher, RouteMatch } from '../../envoy/config';
import { alphabetically } from '../../mesh/services/hostname';
import type { Semantics } from '../../mesh/traffic/virtual-services';
import type { HTTPMatchRequest, StringMatch } from '../../schema/kinds/networking';
import { claimMatcher } from './claims';
import { isPresence, stringMatcher } from './string-match';

const EVERYTHING: RouteMatch = { prefix: '/' };

/** istio: route.TranslateRouteMatch */
export function routeMatch(match: HTTPMatchRequest | undefined, semantics: Semantics): RouteMatch {
  if (!match) return EVERYTHING;
  const headers = headerMatchers(match);
  const claims = match.headers || match.withoutHeaders ? claimMatchers(match) : [];
  const parameters = sorted(match.queryParams).map(([name, value]) => parameterMatcher(name, value));
  return {
    ...pathMatch(match.uri, semantics),
    caseSensitive: !match.ignoreUriCase,
    ...(headers.length > 0 && { headers }),
    ...(parameters.length > 0 && { queryParameters: parameters }),
    ...(claims.length > 0 && { dynamicMetadata: claims }),
  };
}

/** Whether every request fits: then no route after this one is ever asked. istio: route.IsCatchAllRoute */
export function takesAll({ prefix, pathSeparatedPrefix, safeRegex, ...rest }: RouteMatch): boolean {
  const anyPath = prefix === '/' || pathSeparatedPrefix === '/' || safeRegex?.regex === '.*';
  return anyPath && !rest.headers?.length && !rest.queryParameters?.length && !rest.dynamicMetadata?.length;
}

/** Ingress and the Gateway API mean whole segments by a prefix: `/a` does not take `/ab`. */
function pathMatch({ exact, prefix, regex }: StringMatch = {}, semantics: Semantics): RouteMatch {
  if (exact !== undefined) return { path: exact };
  if (regex !== undefined && prefix === undefined) return { safeRegex: { regex } };
  if (prefix === undefined) return EVERYTHING;
  if (semantics === 'istio' || prefix === '/') return { prefix };
  return { pathSeparatedPrefix: prefix.replace(/\/$/, '') };
}

/** Pseudo headers come last, as the original appends them after it has sorted the others. */
function headerMatchers({ headers, withoutHeaders, method, authority, scheme }: HTTPMatchRequest): HeaderMatcher[] {
  const present = sorted(headers).flatMap(([name, value]) => (isClaim(name) ? [] : headerMatcher(name, value)));
  const absent = sorted(withoutHeaders).flatMap(([name, value]) => (isClaim(name) ? [] : absence(name, value)));
  const named = [...present, ...absent].sort((one, other) => alphabetically(one.name, other.name));
  const pseudo = [
    [':method', method],
    [':authority', authority],
    [':scheme', scheme],
  ] as const;
  return [...named, ...pseudo.flatMap(([name, value]) => (value ? headerMatcher(name, value) : []))];
}

/** istio: route.translateHeaderMatch */
function headerMatcher(name: string, value: StringMatch): HeaderMatcher {
  return isPresence(value)
    ? { name, presentMatch: true }
    : withoutUndefined({ name, stringMatch: stringMatcher(value) });
}

function absence(name: string, value: StringMatch): HeaderMatcher {
  const inverted = { ...headerMatcher(name, value), invertMatch: true };
  // Envoy does not take both a match of presence and this.
  return isPresence(value) ? inverted : { ...inverted, treatMissingHeaderAsEmpty: true };
}

/** istio: route.translateQueryParamMatch */
function parameterMatcher(name: string, value: StringMatch): QueryParameterMatcher {
  return isPresence(value)
    ? { name, presentMatch: true }
    : withoutUndefined({ name, stringMatch: stringMatcher(value) });
}

const isClaim = (name: string): boolean => claimMatcher(name, {}) !== undefined;

function claimMatchers({ headers, withoutHeaders }: HTTPMatchRequest) {
  const present = sorted(headers).map(([name, value]) => claimMatcher(name, value));
  const absent = sorted(withoutHeaders).map(([name, value]) => {
    const matcher = claimMatcher(name, value);
    return matcher && { ...matcher, invert: true };
  });
  return [...present, ...absent].filter((matcher) => matcher !== undefined);
}

/** Differs: the original goes through the map in no order at all. */
const sorted = (map: Record<string, StringMatch> | undefined): readonly [string, StringMatch][] =>
  map ? Object.entries(map).sort(([one], [other]) => alphabetically(one, other)) : NOTHING;

const NOTHING: readonly [string, StringMatch][] = [];

import type { CorsPolicy as EnvoyCors, StringMatcher } from '../../envoy/config';
import { parseDuration } from '../../schema/duration';
import type { CorsPolicy } from '../../schema/kinds/networking';
import { ALWAYS } from './percent';
import { stringMatcher } from './string-match';

/** The configuration of the CORS filter for one route. istio: route.TranslateCORSPolicy */
export function corsPolicy(policy: CorsPolicy): EnvoyCors {
  const { allowCredentials, allowHeaders, allowMethods, exposeHeaders, maxAge, unmatchedPreflights } = policy;
  const origins = originsOf(policy);
  return {
    '@type': 'type.googleapis.com/envoy.extensions.filters.http.cors.v3.CorsPolicy',
    ...(origins.length > 0 && { allowOriginStringMatch: origins }),
    ...listed('allowMethods', allowMethods),
    ...listed('allowHeaders', allowHeaders),
    ...listed('exposeHeaders', exposeHeaders),
    ...(maxAge !== undefined && { maxAge: String(Math.trunc((parseDuration(maxAge) ?? 0) / 1e9)) }),
    ...(allowCredentials !== undefined && { allowCredentials }),
    filterEnabled: ALWAYS,
    forwardNotMatchingPreflights: unmatchedPreflights !== 'IGNORE',
  };
}

function originsOf({ allowOrigins, allowOrigin = [] }: CorsPolicy): StringMatcher[] {
  if (allowOrigins?.length) return allowOrigins.flatMap((match) => stringMatcher(match) ?? []);
  return allowOrigin.map((origin) => ({ exact: origin }));
}

function listed(name: 'allowMethods' | 'allowHeaders' | 'exposeHeaders', values: readonly string[] = []): EnvoyCors {
  return values.length > 0 ? { [name]: values.join(',') } : {};
}

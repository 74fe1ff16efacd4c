/** The wildcards of AuthorizationPolicies as matchers of Envoy. */
import { quoteMeta } from '../../../mesh/quote-meta';
import type { HeaderMatcher, MetadataMatcher, StringMatcher, ValueMatcher } from '../../../envoy/config';
import { JWT_AUTHN } from '../jwt-authn';

/** `*` for anything, `prefix*`, `*suffix`, or the value itself; all after a prefix that they have in common. istio: matcher.StringMatcherWithPrefix */
export function stringMatcher(value: string, prefix = ''): StringMatcher {
  if (value === '*') return ANYTHING;
  if (value.startsWith('*')) {
    const suffix = value.slice(1);
    return prefix === '' ? { suffix } : regexMatcher(`${prefix}.*${quoteMeta(suffix)}`);
  }
  return value.endsWith('*') ? { prefix: prefix + value.slice(0, -1) } : { exact: prefix + value };
}

export const regexMatcher = (regex: string): StringMatcher => ({ safeRegex: { regex } });

export const ANYTHING = regexMatcher('.+');

/** istio: matcher.HeaderMatcher, and matcher.HostMatcher where case does not count */
export function headerMatcher(name: string, value: string, letters: 'as-written' | 'any-case'): HeaderMatcher {
  if (value === '*') return { name, presentMatch: true };
  const ignoreCase = letters === 'any-case' && { ignoreCase: true };
  return { name, stringMatch: { ...stringMatcher(value), ...ignoreCase } };
}

/** istio: matcher.StringOrMatcher */
const oneOfStrings = (values: readonly string[]): ValueMatcher =>
  oneOf(values.map((value) => ({ stringMatch: stringMatcher(value) })));

/** istio: matcher.OrMatcher */
export function oneOf(matchers: ValueMatcher[]): ValueMatcher {
  const [only, ...others] = matchers;
  return only && others.length === 0 ? only : { orMatch: { valueMatchers: matchers } };
}

/** A claim of a checked token. istio: MetadataStringMatcherForJWTClaim */
export const claimMatcher = (claim: string, matcher: StringMatcher): MetadataMatcher => ({
  filter: JWT_AUTHN,
  path: [{ key: 'payload' }, { key: claim }],
  value: { stringMatch: matcher },
});

/** A claim, which may be nested, and may be a list. istio: MetadataListValueMatcherForJWTClaims */
export const claimsMatcher = (claims: readonly string[], values: readonly string[]): MetadataMatcher => {
  const value = oneOfStrings(values);
  return {
    filter: JWT_AUTHN,
    path: ['payload', ...claims].map((key) => ({ key })),
    value: { orMatch: { valueMatchers: [{ listMatch: { oneOf: value } }, value] } },
  };
};

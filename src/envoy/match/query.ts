import type { QueryParameterMatcher } from '../config';
import type { Because, Mismatch } from '../run/because';
import { quoted, stringMismatch, wanted } from './string';

export type QueryParameter = readonly [name: string, value: string];

/** The parameters of a path, not decoded. envoy: QueryParamsMulti::parseQueryString. */
export function queryParameters(path: string): QueryParameter[] {
  const start = path.indexOf('?');
  if (start < 0) return [];
  const query = path.slice(start + 1).split('#')[0]!;
  return query
    .split('&')
    .filter((part, index, parts) => part || index < parts.length - 1)
    .map((part) => {
      const equals = part.indexOf('=');
      return equals < 0 ? [part, ''] : [part.slice(0, equals), part.slice(equals + 1)];
    });
}

/** Only the first value of a parameter counts. envoy: ConfigUtility::QueryParameterMatcher::matches. */
export function queryMismatch(
  matcher: QueryParameterMatcher,
  parameters: readonly QueryParameter[],
  because: Because,
): Mismatch {
  const of = `query parameter ${quoted(matcher.name)}`;
  const found = parameters.find(([name]) => name === matcher.name);
  if (!matcher.stringMatch) return presenceMismatch(matcher, found, of, because);
  const { stringMatch } = matcher;
  if (!found) return because(() => `${of} is absent, wanted is ${wanted(stringMatch)}`);
  return stringMismatch(stringMatch, found[1], of, because);
}

function presenceMismatch(
  { presentMatch = true }: QueryParameterMatcher,
  found: QueryParameter | undefined,
  of: string,
  because: Because,
): Mismatch {
  if (presentMatch === Boolean(found)) return undefined;
  return because(() => (found ? `${of} is there, and must not be` : `${of} is absent, and must be there`));
}

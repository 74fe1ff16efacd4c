import type { JwtProvider } from '../../config';
import { queryParameters } from '../../match/query';
import type { HeaderMap } from '../../run/header-map';
import { cookieOf } from '../hash-policy';

/** A token as it was found in a request. */
export interface Found {
  readonly text: string;
  /** Takes it out of the request. */
  remove(request: HeaderMap): void;
}

/** The tokens where a provider's are looked for, in the order in which Envoy checks them. envoy: ExtractorImpl::extract. */
export function findTokens(provider: JwtProvider, request: HeaderMap): Found[] {
  const { fromHeaders = [], fromParams = [], fromCookies = [] } = provider;
  const anywhere = fromHeaders.length + fromParams.length + fromCookies.length > 0;
  const headers = anywhere ? fromHeaders : [{ name: 'authorization', valuePrefix: 'Bearer ' }];
  const parameters = anywhere ? fromParams : ['access_token'];
  const found = [
    ...headers.map(({ name = '', valuePrefix = '' }) => inHeader(name.toLowerCase(), valuePrefix, request)),
    ...parameters.map((name) => inParameter(name, request)),
    ...fromCookies.map((name) => inCookie(name, request)),
  ];
  return found.filter((each) => each !== undefined).toReversed();
}

function inHeader(name: string, prefix: string, request: HeaderMap): Found | undefined {
  const value = request.joined(name);
  if (value === undefined) return undefined;
  const at = value.indexOf(prefix);
  const text = value.slice(at + prefix.length).trimStart();
  if (at < 0 || (!prefix && !text)) return undefined;
  return { text, remove: (headers) => headers.remove(name) };
}

function inParameter(name: string, request: HeaderMap): Found | undefined {
  const text = parametersOf(request).find(([key]) => key === name)?.[1];
  return text === undefined ? undefined : { text, remove: (headers) => dropParameter(name, headers) };
}

/** What is left of the query is written anew: decoded, and in the order of the names. envoy: JwtParamLocation::removeJwt */
function dropParameter(name: string, request: HeaderMap): void {
  const [path = ''] = request.path.split('?');
  const kept = parametersOf(request).filter(([key]) => key !== name);
  kept.sort(([one], [other]) => (one < other ? -1 : Number(one > other)));
  const query = kept.map(([key, value]) => `${key}=${value}`).join('&');
  request.set(':path', query ? `${path}?${query}` : path);
}

const parametersOf = (request: HeaderMap): [name: string, value: string][] =>
  queryParameters(request.path).map(([name, value]) => [decoded(name), decoded(value)]);

function inCookie(name: string, request: HeaderMap): Found | undefined {
  const text = cookieOf(request.first('cookie'), name);
  return text === undefined ? undefined : { text, remove: () => undefined };
}

/** What is no escape, or no text, stays as it is. envoy: PercentEncoding::decode */
const decoded = (value: string): string => value.replace(/(?:%[0-9a-f]{2})+/gi, unescaped);

function unescaped(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

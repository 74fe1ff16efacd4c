/** What filters of routes do, as VirtualServices say it. */
import { quoteMeta } from '../quote-meta';
import type {
  HTTPCORSFilter,
  HTTPHeader,
  HTTPHeaderFilter,
  HTTPRequestMirrorFilter,
  HTTPRequestRedirectFilter,
  HTTPURLRewriteFilter,
} from '../../schema/kinds/gateway-api';
import type {
  CorsPolicy,
  Destination,
  HTTPMirrorPolicy,
  HTTPRedirect,
  HTTPRewrite,
  HeadersHeaderOperations as HeaderOperations,
  StringMatch,
} from '../../schema/kinds/networking';

/** What a route cannot have; nothing comes of the whole route then. */
export interface FilterProblem {
  readonly because: 'unsupported-filter' | 'invalid-header-value';
  readonly name: string;
}

/** istio: createHeadersFilter */
export function headerOperations({ add, set, remove }: HTTPHeaderFilter): HeaderOperations | FilterProblem {
  const bad = [...(set ?? []), ...(add ?? [])].find(({ value = '' }) => !isHeaderValue(value));
  if (bad) return { because: 'invalid-header-value', name: bad.name ?? '' };
  return { ...(add && { add: byName(add) }), ...(set && { set: byName(set) }), ...(remove && { remove }) };
}

/** Whether it is a fault instead of operations. */
export const isFilterProblem = (result: HeaderOperations | FilterProblem): result is FilterProblem =>
  'because' in result;

/** Tabs and printable characters. */
const isHeaderValue = (value: string): boolean => !/[\0-\x08\x0a-\x1f\x7f]/.test(value);

/** Of names that differ only in case the first counts. istio: headerListToMap */
function byName(headers: readonly HTTPHeader[]): Record<string, string> {
  const map = new Map<string, string>();
  for (const { name = '', value = '' } of headers) if (!map.has(name.toLowerCase())) map.set(name.toLowerCase(), value);
  return Object.fromEntries(map);
}

/** istio: createRedirectFilter */
export function redirect({ statusCode, hostname, scheme, port, path }: HTTPRequestRedirectFilter): HTTPRedirect {
  return {
    ...(statusCode !== undefined && { redirectCode: statusCode }),
    ...(hostname !== undefined && { authority: hostname }),
    ...(scheme !== undefined && { scheme }),
    // Unlike in a VirtualService, the request's own port is kept unless a scheme implies another.
    ...(port === undefined
      ? { derivePort: scheme === undefined ? 'FROM_REQUEST_PORT' : 'FROM_PROTOCOL_DEFAULT' }
      : { port }),
    ...(path?.type === 'ReplaceFullPath' && { uri: path.replaceFullPath ?? '' }),
    ...(path?.type === 'ReplacePrefixMatch' && { prefixRewrite: path.replacePrefixMatch ?? '' }),
  };
}

/** istio: createRewriteFilter */
export function rewrite({ path, hostname }: HTTPURLRewriteFilter): HTTPRewrite | undefined {
  const { type, replacePrefixMatch = '', replaceFullPath = '' } = path ?? {};
  const rewritten: HTTPRewrite = {
    // A bare slash takes the prefix away.
    ...(type === 'ReplacePrefixMatch' && { uri: replacePrefixMatch.replace(/\/$/, '') || '/' }),
    ...(type === 'ReplaceFullPath' && { uriRegexRewrite: { match: '/.*', rewrite: replaceFullPath } }),
    ...(hostname && { authority: hostname }),
  };
  return Object.keys(rewritten).length > 0 ? rewritten : undefined;
}

/** istio: createMirrorFilter */
export function mirror({ fraction, percent }: HTTPRequestMirrorFilter, destination: Destination): HTTPMirrorPolicy {
  if (fraction) {
    const { numerator = 0, denominator = 100 } = fraction;
    return { destination, percentage: { value: (100 * numerator) / denominator } };
  }
  return percent === undefined ? { destination } : { destination, percentage: { value: percent } };
}

/** istio: createCorsFilter */
export function cors(filter: HTTPCORSFilter): CorsPolicy {
  const { allowOrigins = [], allowCredentials, allowMethods, allowHeaders, exposeHeaders, maxAge = 0 } = filter;
  return {
    allowOrigins: allowOrigins.filter((origin) => origin !== '').map(originMatch),
    ...(allowCredentials && { allowCredentials }),
    ...(allowMethods && { allowMethods }),
    ...(allowHeaders && { allowHeaders }),
    ...(exposeHeaders && { exposeHeaders }),
    ...(maxAge > 0 && { maxAge: `${maxAge}s` }),
    unmatchedPreflights: 'IGNORE',
  };
}

function originMatch(origin: string): StringMatch {
  if (origin === '*') return { regex: ANY_ORIGIN };
  if (!origin.includes('*')) return { exact: origin };
  if (origin.indexOf('*') === origin.length - 1) return { prefix: origin.slice(0, -1) };
  return { regex: `^${origin.split('*').map(quoteMeta).join('.*')}$` };
}

const ANY_ORIGIN = String.raw`^[a-zA-Z][a-zA-Z0-9+.-]*://[^/\s?#]+$`;

/** What requests routes take, as VirtualServices say it. */
import type {
  GRPCHeaderMatch,
  GRPCRouteMatch,
  HTTPHeaderMatch,
  HTTPQueryParamMatch,
  HTTPRouteMatch,
} from '../../schema/kinds/gateway-api';
import type { HTTPMatchRequest, StringMatch } from '../../schema/kinds/networking';

/** istio: createURIMatch, createHeadersMatch, createQueryParamsMatch, createMethodMatch */
export function httpMatch({ path, headers = [], queryParams = [], method }: HTTPRouteMatch): HTTPMatchRequest {
  return {
    uri: pathMatch(path ?? {}),
    ...(headers.length > 0 && { headers: named(headers) }),
    ...(queryParams.length > 0 && { queryParams: named(queryParams) }),
    ...(method !== undefined && { method: { exact: method } }),
  };
}

function pathMatch({ type = 'PathPrefix', value = '/' }: NonNullable<HTTPRouteMatch['path']>): StringMatch {
  switch (type) {
    case 'Exact':
      return { exact: value };
    case 'RegularExpression':
      return { regex: value };
    case 'PathPrefix':
      return { prefix: value === '/' ? value : value.replace(/\/$/, '') };
  }
}

/** Of several matches for one name the last counts. */
function named(
  matches: readonly (HTTPHeaderMatch | HTTPQueryParamMatch | GRPCHeaderMatch)[],
): Record<string, StringMatch> {
  return Object.fromEntries(
    matches.map(({ name = '', type, value = '' }) => [
      name,
      type === 'RegularExpression' ? { regex: value } : { exact: value },
    ]),
  );
}

/** istio: createGRPCURIMatch, createGRPCHeadersMatch */
export function grpcMatch({ method, headers = [] }: GRPCRouteMatch): HTTPMatchRequest {
  return {
    ...(method && { uri: methodMatch(method) }),
    ...(headers.length > 0 && { headers: named(headers) }),
  };
}

/** A call is a request for `/SERVICE/METHOD`. */
function methodMatch({ type = 'Exact', service, method }: NonNullable<GRPCRouteMatch['method']>): StringMatch {
  if (service === undefined) return { regex: `/[^/]+/${method ?? ''}` };
  if (type === 'RegularExpression') return { regex: `/${service}/${method ?? '.+'}` };
  return method === undefined ? { prefix: `/${service}/` } : { exact: `/${service}/${method}` };
}

/**
 * The order in which routes are asked: exact paths, then prefixes, then regular expressions, each the longer first; then those that
 * match a method, more headers, more parameters. istio: sortHTTPRoutes
 */
export function byPrecedence(
  [one]: readonly HTTPMatchRequest[] = [],
  [other]: readonly HTTPMatchRequest[] = [],
): number {
  if (!one || !other) return one ? -1 : other ? 1 : 0;
  return (
    rank(other.uri) - rank(one.uri) ||
    length(other.uri) - length(one.uri) ||
    Number(other.method !== undefined) - Number(one.method !== undefined) ||
    count(other.headers) - count(one.headers) ||
    count(other.queryParams) - count(one.queryParams)
  );
}

function rank(uri: StringMatch | undefined): number {
  if (!uri) return -1;
  return uri.exact !== undefined ? 3 : uri.prefix !== undefined ? 2 : 1;
}

const length = ({ exact, prefix, regex }: StringMatch = {}): number => (exact ?? prefix ?? regex ?? '').length;

const count = (map: object = {}): number => Object.keys(map).length;

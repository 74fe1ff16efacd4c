import type { RouteConfiguration, RouteMatch } from '../config';
import { headerMismatch } from '../match/header';
import { metadataMismatch } from '../match/metadata';
import { withoutQuery } from '../match/path';
import { queryMismatch, queryParameters } from '../match/query';
import { matchesAll } from '../match/regex';
import { lower, quoted } from '../match/string';
import { matchesUriTemplate, uriTemplate } from '../match/uri-template';
import { filterStateMismatch } from '../rbac/shared';
import { type Because, type Mismatch, firstMismatch } from '../run/because';
import type { HeaderMap } from '../run/header-map';
import { type Stream, isGrpc } from './stream';

/** Why a route is not for a request, chance aside. envoy: RouteEntryImplBase::matchRoute and its kinds' `matches`. */
export function routeMismatch(
  match: RouteMatch,
  stream: Stream,
  configuration: RouteConfiguration,
  because: Because,
): Mismatch {
  return (
    requestPathMismatch(match, stream.request, configuration, because) ??
    conditionMismatch(match, stream.request, because) ??
    contextMismatch(match, stream, because)
  );
}

function requestPathMismatch(
  match: RouteMatch,
  request: HeaderMap,
  configuration: RouteConfiguration,
  because: Because,
): Mismatch {
  const doubt = match.prefix === '/' ? undefined : request.doubt(':path');
  if (!doubt) return pathMismatch(match, pathToMatch(request, configuration), request.method, because);
  const { prefix, path, pathSeparatedPrefix, safeRegex, pathMatchPolicy, caseSensitive } = match;
  const condition = { prefix, path, pathSeparatedPrefix, safeRegex, pathMatchPolicy, caseSensitive };
  return doubt.holds({ kind: 'path' }, condition) ? undefined : because(() => 'the path is not known');
}

/** The path without its query and, where the configuration ignores them, path parameters. */
function pathToMatch(request: HeaderMap, { ignorePathParametersInPathMatching: ignores }: RouteConfiguration): string {
  const path = withoutQuery(request.path);
  return ignores ? path.split(';')[0]! : path;
}

/** Why a path is not the one that a match wants. */
export function pathMismatch(match: RouteMatch, path: string, method: string, because: Because): Mismatch {
  if (match.connectMatcher)
    return method === 'CONNECT' ? undefined : because(() => `the method is ${method}, not CONNECT`);
  if (method === 'CONNECT') return because(() => 'CONNECT requests have no path');
  const fold = (text: string): string => (match.caseSensitive === false ? lower(text) : text);
  const actual = fold(path);
  const loosely = match.caseSensitive === false ? ' in any case' : '';
  const no = (wanted: string): Mismatch => because(() => `the path is ${quoted(path)}, not ${wanted}${loosely}`);

  const { prefix, path: exact, pathSeparatedPrefix: separated, safeRegex, pathMatchPolicy } = match;
  if (prefix !== undefined)
    return actual.startsWith(fold(prefix)) ? undefined : no(`one with the prefix ${quoted(prefix)}`);
  if (exact !== undefined) return actual === fold(exact) ? undefined : no(`exactly ${quoted(exact)}`);
  if (safeRegex) {
    if (matchesAll(safeRegex, path)) return undefined;
    return because(
      () => `the path is ${quoted(path)}, not a full match of the expression ${quoted(safeRegex.regex ?? '')}`,
    );
  }
  if (separated !== undefined) {
    if (actual === fold(separated) || actual.startsWith(`${fold(separated)}/`)) return undefined;
    return no(`${quoted(separated)} or below it`);
  }
  if (!pathMatchPolicy) return because(() => 'it wants a path of a kind that is not simulated');
  return matchesUriTemplate(pathMatchPolicy, path) ? undefined : no(`like ${quoted(uriTemplate(pathMatchPolicy))}`);
}

/** Why headers or query parameters are not those that a match wants. */
export function conditionMismatch(match: RouteMatch, request: HeaderMap, because: Because): Mismatch {
  const header = firstMismatch(match.headers, (each) => headerMismatch(each, request, because));
  if (header !== undefined || !match.queryParameters?.length) return header;
  const doubt = request.doubt(':path');
  if (doubt)
    return firstMismatch(match.queryParameters, (each) =>
      doubt.holds({ kind: 'query parameter', name: each.name }, each)
        ? undefined
        : because(() => `query parameter ${quoted(each.name)} is not known`),
    );
  const parameters = queryParameters(request.path);
  return firstMismatch(match.queryParameters, (each) => queryMismatch(each, parameters, because));
}

function contextMismatch(match: RouteMatch, stream: Stream, because: Because): Mismatch {
  if (match.grpc && !isGrpc(stream)) return because(() => 'it is for gRPC calls only');
  return (
    tlsMismatch(match, stream, because) ??
    firstMismatch(match.dynamicMetadata, (each) => metadataMismatch(each, stream.metadata, because)) ??
    firstMismatch(match.filterState, (each) => filterStateMismatch(each, stream, because))
  );
}

function tlsMismatch({ tlsContext }: RouteMatch, { connection }: Stream, because: Because): Mismatch {
  if (!tlsContext) return undefined;
  const peer = connection.tls?.peer;
  const { presented, validated } = tlsContext;
  if (presented !== undefined && presented !== Boolean(peer))
    return because(() => (peer ? 'the client shows a certificate' : 'the client shows no certificate'));
  if (validated === undefined || validated === (peer !== undefined && peer.trusted !== false)) return undefined;
  return because(() =>
    validated ? 'no certificate of the client is validated' : "the client's certificate is validated",
  );
}

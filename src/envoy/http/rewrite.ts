import type { RegexRewrite, Route, RouteMatch } from '../config';
import { hostnameOf } from '../cluster/cluster';
import { withoutQuery } from '../match/path';
import { replaceAll } from '../match/regex';
import type { Upstream } from '../run/outcome';
import type { RouteChoice, Stream } from './stream';

/** The path as the route rewrites it, or undefined. envoy: RouteEntryImplBase::currentUrlPathAfterRewriteWithMatchedPath. */
function rewrittenPath({ match = {}, route, redirect }: Route, path: string): string | undefined {
  const plain = withoutQuery(path);
  const rest = path.slice(plain.length);
  const rewrite = redirect ? redirectRewrite(redirect) : route;
  if (rewrite?.prefixRewrite) return rewrite.prefixRewrite + path.slice(matchedLength(match, plain));
  const replaced = rewrite?.regexRewrite && applyRegex(rewrite.regexRewrite, plain);
  return replaced ? replaced + rest : undefined; // a path of nothing is no path, and leaves the old one
}

// A redirect to another path altogether does not look at how the old one would be rewritten.
const redirectRewrite = ({ prefixRewrite, regexRewrite }: NonNullable<Route['redirect']>) => ({
  ...(prefixRewrite && { prefixRewrite }),
  ...(regexRewrite && { regexRewrite }),
});

const applyRegex = ({ pattern = {}, substitution = '' }: RegexRewrite, text: string): string =>
  replaceAll(pattern, text, substitution);

/** How much of the path the match speaks of: a prefix, or all of it. */
function matchedLength({ prefix, path, pathSeparatedPrefix }: RouteMatch, plain: string): number {
  return (prefix ?? path ?? pathSeparatedPrefix ?? plain).length;
}

/** Rewrites the path of a request, keeping the old one in a header. */
export function rewritePath(
  { request }: Stream,
  { route }: RouteChoice,
  keepOriginal: 'keep original' | 'forget',
): void {
  const path = route && rewrittenPath(route, request.path);
  if (path === undefined) return;
  if (keepOriginal === 'keep original') request.set('x-envoy-original-path', request.path);
  request.set(':path', path);
}

/** Rewrites the authority of a request. envoy: RouteEntryImplBase::finalizeHostHeader and UpstreamRequest's auto_host_rewrite. */
export function rewriteHost({ request }: Stream, choice: RouteChoice, upstream: Upstream): void {
  if (choice.weighted?.hostRewriteLiteral) request.set(':authority', choice.weighted.hostRewriteLiteral);
  const action = choice.route?.route ?? {};
  const host = newHost(action, request) || autoHost(action, upstream);
  if (!host) return;
  if (action.appendXForwardedHost) request.append('x-forwarded-host', request.authority);
  setHost(request, host);
}

function newHost(action: NonNullable<Route['route']>, request: Stream['request']): string {
  const { hostRewriteLiteral, hostRewriteHeader, hostRewritePathRegex } = action;
  if (hostRewriteLiteral) return hostRewriteLiteral;
  if (hostRewriteHeader) return request.first(hostRewriteHeader.toLowerCase()) ?? '';
  return hostRewritePathRegex ? applyRegex(hostRewritePathRegex, withoutQuery(request.path)) : '';
}

function autoHost({ autoHostRewrite }: NonNullable<Route['route']>, { cluster, endpoints }: Upstream): string {
  return (autoHostRewrite && hostnameOf(cluster, endpoints[0]?.endpoint)) || '';
}

function setHost(request: Stream['request'], host: string): void {
  request.set('x-envoy-original-host', request.authority);
  request.set(':authority', host);
}

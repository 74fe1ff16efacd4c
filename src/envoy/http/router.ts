import { upstreamOf } from '../cluster/cluster';
import type { Any, Cluster, Route } from '../config';
import type { Header } from '../run/header-map';
import type { Upstream, UpstreamRequest } from '../run/outcome';
import { hashedBy } from './hash-policy';
import { applyRequestRules } from './header-rules';
import type { Installed } from './http-filter';
import { mirrorsOf } from './mirror';
import { redirectStatus, redirectTarget } from './redirect';
import type { Reply } from './reply';
import { isHeaderName } from './request-line';
import { retryOf } from './retry';
import { rewriteHost, rewritePath } from './rewrite';
import { routeOf } from './route';
import type { RouteChoice, Stream } from './stream';
import { announce, patienceOf } from './timeout';

interface Router extends Any {
  suppressEnvoyHeaders?: boolean;
}

/** A request that was sent on. */
export interface Sent {
  readonly upstream: Upstream & { readonly request: UpstreamRequest };
}

/** Answers a request by its route, or sends it to the route's cluster. envoy: Router::Filter::decodeHeaders. */
export function dispatch(stream: Stream, filter: Installed): Reply | Sent {
  const config = filter.config as Router;
  const choice = routeOf(stream);
  const { route } = choice;
  if (choice.redirectsToTls) return toTls(stream);
  if (!route) return { status: 404, details: 'route_not_found', flag: 'NR' };
  if (route.redirect) return redirect(stream, choice, config);
  if (route.directResponse) return directResponse(stream, choice, config);
  if (!route.route)
    return { status: 500, details: 'direct_response', body: 'the action of the route is not simulated' };

  const cluster = stream.run.lookup.clusters.get(choice.clusterName ?? '');
  if (!cluster) return noCluster(stream, choice);
  return send(stream, choice, route, cluster, config);
}

function toTls({ request }: Stream): Reply {
  const location = `https://${request.authority}${request.path}`;
  return { status: 301, details: 'direct_response', headers: [['location', location]] };
}

function redirect(stream: Stream, choice: RouteChoice, config: Router): Reply {
  const action = choice.route!.redirect!;
  rewritePath(stream, choice, config.suppressEnvoyHeaders ? 'forget' : 'keep original');
  const location = redirectTarget(action, stream);
  return { status: redirectStatus(action), details: 'direct_response', headers: [['location', location]] };
}

function directResponse(stream: Stream, choice: RouteChoice, config: Router): Reply {
  const { status = 200, body } = choice.route!.directResponse!;
  rewritePath(stream, choice, config.suppressEnvoyHeaders ? 'forget' : 'keep original');
  const text = body?.inlineString ?? (body?.inlineBytes === undefined ? '' : atob(body.inlineBytes));
  const leads = status === 201 || (status >= 300 && status < 400);
  const headers: Header[] = leads ? [['location', redirectTarget({}, stream)]] : [];
  return { status, details: 'direct_response', ...(text && { body: text }), headers };
}

const NOT_FOUND = { SERVICE_UNAVAILABLE: 503, NOT_FOUND: 404, INTERNAL_SERVER_ERROR: 500 } as const;

function noCluster({ run }: Stream, { route, clusterName }: RouteChoice): Reply {
  run.trace.step('cluster', undefined, () => `cluster "${clusterName}" does not exist`);
  const status = NOT_FOUND[route?.route?.clusterNotFoundResponseCode ?? 'SERVICE_UNAVAILABLE'];
  return { status, details: 'cluster_not_found', flag: 'NC' };
}

function send(stream: Stream, choice: RouteChoice, route: Route, cluster: Cluster, config: Router): Reply | Sent {
  const { request, run } = stream;
  run.trace.step('cluster', cluster);
  const upstream = upstreamOf(run, cluster, request.first('x-envoy-original-dst-host'));
  if (!upstream.endpoints.length)
    return { status: 503, details: 'no_healthy_upstream', flag: 'UH', body: 'no healthy upstream' };

  const hash = hashedBy(route.route?.hashPolicy, stream);
  const patience = patienceOf(stream, route, choice.virtualHost);
  announce(patience, stream, route, config.suppressEnvoyHeaders ? 'suppress' : 'tell');
  prepare(stream, choice, route, upstream, config);
  const badName = request.fields().find(([name]) => !name.startsWith(':') && !isHeaderName(name))?.[0];
  if (badName !== undefined) return notSendable(stream, choice, badName);
  const mirrors = mirrorsOf(stream, choice);
  const { timeout } = patience;
  const retry = retryOf(route, choice.virtualHost);
  return {
    upstream: {
      ...upstream,
      ...(hash && { hashedBy: hash }),
      request: {
        method: request.method,
        path: request.path,
        authority: request.authority,
        scheme: request.first(':scheme') ?? '',
        headers: request.fields(),
        mirrors,
        ...(timeout && { timeout }),
        ...(retry && { retry }),
      },
    },
  };
}

/** The codec of the upstream connection takes no header whose name is none. envoy: UpstreamCodecFilter::decodeHeaders. */
function notSendable({ run }: Stream, { route }: RouteChoice, name: string): Reply {
  run.trace.step('rewrite', route, () => `the route adds ${JSON.stringify(name)}, which is not a header name`);
  const body = `invalid header name: ${name}`;
  const details = `filter_removed_required_request_headers{${body.replaceAll(' ', '_')}}`;
  return { status: 503, details, flag: 'DPE', body };
}

function prepare(stream: Stream, choice: RouteChoice, route: Route, upstream: Upstream, config: Router): void {
  const { request } = stream;
  const before = { path: request.path, authority: request.authority };
  if (choice.virtualHost?.includeRequestAttemptCount) request.set('x-envoy-attempt-count', '1');
  applyRequestRules(stream, choice);
  rewriteHost(stream, choice, upstream);
  rewritePath(stream, choice, config.suppressEnvoyHeaders ? 'forget' : 'keep original');
  if (before.path === request.path && before.authority === request.authority) return;
  stream.run.trace.step('rewrite', route, () => changes(before, request));
}

function changes(before: { path: string; authority: string }, { path, authority }: Stream['request']): string {
  return [
    ...(before.path === path ? [] : [`the path becomes "${path}"`]),
    ...(before.authority === authority ? [] : [`the authority becomes "${authority}"`]),
  ].join(', ');
}

/** The action of a route that forwards requests. */
import type { HeaderRules, RouteAction, RouteMatch, WeightedCluster } from '../../envoy/config';
import type { Destination, HTTPRoute, HTTPRouteDestination, RegexRewrite } from '../../schema/kinds/networking';
import { protoDuration } from '../duration';
import { proxyHeaders } from '../proxy-headers';
import { type RouteContext } from './context';
import { destinationCluster } from './destination';
import { hashForDestination, hashPolicies } from './hash-policy';
import { headerOperations, joinedRules } from './headers';
import { mirrorPolicies } from './mirror';
import { retryPolicy } from './retry';

/** What forwards, and what that does to headers beside what the route itself says. */
export interface Forwarding {
  readonly action: RouteAction;
  readonly rules: HeaderRules;
}

/** istio: route.applyHTTPRouteDestination */
export function forwarding(context: RouteContext, route: HTTPRoute, match: RouteMatch): Forwarding {
  const { push, virtualService } = context;
  const { route: destinations = [], rewrite, retries } = route;
  const authority = rewrite?.authority || headerOperations(route.headers).authority;
  const mirrors = mirrorPolicies(route, (destination) => clusterOf(context, destination));
  const [only] = destinations;
  const single = destinations.length === 1 && only ? toOne(context, only) : undefined;
  const hashed = single !== undefined && hashForDestination(push, only!) !== undefined;
  const retry = retryPolicy(retries ?? push.meshConfig.defaultHttpRetryPolicy, hashed ? 'by-hash' : 'free');
  const hash = destinations
    .filter(counts(destinations))
    .flatMap((each) => hashPolicies(hashForDestination(push, each)));
  const action: RouteAction = {
    ...(single ? { cluster: single.cluster } : { weightedClusters: toMany(context, destinations) }),
    ...(virtualService.semantics === 'gateway' && { clusterNotFoundResponseCode: 'INTERNAL_SERVER_ERROR' }),
    ...(rewrite && rewriting(context, rewrite, match)),
    ...((authority || single?.authority) && { hostRewriteLiteral: authority || single?.authority }),
    ...timeouts(route.timeout),
    ...(retry && { retryPolicy: retry }),
    ...(mirrors.length > 0 && { requestMirrorPolicies: mirrors }),
    ...(hash.length > 0 && { hashPolicy: hash }),
  };
  return { action, rules: single?.rules ?? {} };
}

/** No timeout unless one is asked for; gRPC's own is held to the same. istio: route.setTimeout */
export function timeouts(timeout: string | undefined): Pick<RouteAction, 'timeout' | 'maxGrpcTimeout'> {
  const duration = timeout === undefined ? '0s' : protoDuration(timeout);
  return { timeout: duration, maxGrpcTimeout: duration };
}

const clusterOf = ({ services, port }: RouteContext, destination: Destination): string =>
  destinationCluster(destination, services(destination.host ?? ''), port);

/** istio: route.processDestination */
function toOne(context: RouteContext, { destination = {}, headers }: HTTPRouteDestination) {
  const { rules, authority } = headerOperations(headers);
  return { cluster: clusterOf(context, destination), rules, authority };
}

/** istio: route.processWeightedDestination */
function toMany(context: RouteContext, destinations: readonly HTTPRouteDestination[]): RouteAction['weightedClusters'] {
  const clusters = destinations.filter(counts(destinations)).map((each): WeightedCluster => {
    const { cluster, rules, authority } = toOne(context, each);
    return {
      name: cluster,
      weight: each.weight,
      ...joinedRules(rules),
      ...(authority && { hostRewriteLiteral: authority }),
    };
  });
  return clusters.length > 0 ? { clusters } : {};
}

/** Of several destinations those without a weight get nothing. */
const counts =
  (destinations: readonly HTTPRouteDestination[]) =>
  ({ weight = 0 }: HTTPRouteDestination): boolean =>
    destinations.length === 1 || weight !== 0;

function rewriting({ push, virtualService }: RouteContext, rewrite: Rewrite, match: RouteMatch): RouteAction {
  const { uri, uriRegexRewrite } = rewrite;
  const forwardedHost: RouteAction = proxyHeaders(push).xForwardedHost?.enabled ? { appendXForwardedHost: true } : {};
  if (uriRegexRewrite) return { ...forwardedHost, regexRewrite: regexRewrite(uriRegexRewrite) };
  if (!uri) return forwardedHost;
  if (virtualService.semantics === 'gateway' && uri === '/')
    return { ...forwardedHost, regexRewrite: prefixRemoval(match.pathSeparatedPrefix ?? '') };
  return { ...forwardedHost, prefixRewrite: uri };
}

type Rewrite = NonNullable<HTTPRoute['rewrite']>;

const regexRewrite = ({ match = '', rewrite = '' }: RegexRewrite): RouteAction['regexRewrite'] => ({
  pattern: match === '' ? {} : { regex: match },
  ...(rewrite && { substitution: rewrite }),
});

/** Takes a prefix away, and leaves a slash where nothing else is left. */
const prefixRemoval = (prefix: string): RouteAction['regexRewrite'] => ({
  pattern: { regex: `^${quoted(prefix)}(/?)(.*)` },
  substitution: '/\\2',
});

/** As Go's regexp.QuoteMeta. */
const quoted = (text: string): string => text.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&');

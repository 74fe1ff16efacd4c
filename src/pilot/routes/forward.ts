/** The action of a route that forwards requests. */
import { quoteMeta } from '../../mesh/quote-meta';
import type { HeaderRules, RouteAction, RouteMatch, WeightedCluster } from '../../envoy/config';
import type {
  LoadBalancerSettingsConsistentHashLB as ConsistentHash,
  Destination,
  HTTPRoute,
  RegexRewrite,
} from '../../schema/kinds/networking';
import { protoDuration } from '../duration';
import { proxyHeaders } from '../proxy-headers';
import { type RouteContext } from './context';
import { destinationCluster, waypointDestination } from './destination';
import { hashForDestination, hashPolicies } from './hash-policy';
import { type HeaderOperations, NO_RULES, headerOperations, joinedRules } from './headers';
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
  const { rewrite, retries } = route;
  const destinations = destinationsOf(context, route);
  const [first, ...others] = destinations;
  const only = route.route?.length === 1 && others.length === 0 ? first : undefined;
  const authority = rewrite?.authority || headerOperations(route.headers).authority || only?.authority;
  const mirrors = mirrorPolicies(route, (destination) => clusterOf(context, destination));
  const retry = retryPolicy(retries ?? push.meshConfig.defaultHttpRetryPolicy, only?.hash ? 'by-hash' : 'free');
  const hashPolicy = destinations.flatMap(({ hash }) => hashPolicies(hash));
  const action: RouteAction = only
    ? { cluster: only.cluster, ...timeouts(route.timeout) }
    : { weightedClusters: weighted(destinations), ...timeouts(route.timeout) };
  if (virtualService.semantics === 'gateway') action.clusterNotFoundResponseCode = 'INTERNAL_SERVER_ERROR';
  if (rewrite) Object.assign(action, rewriting(context, rewrite, match));
  if (authority) action.hostRewriteLiteral = authority;
  if (retry) action.retryPolicy = retry;
  if (mirrors.length > 0) action.requestMirrorPolicies = mirrors;
  if (hashPolicy.length > 0) action.hashPolicy = hashPolicy;
  return { action, rules: only?.rules ?? NO_RULES };
}

/** No timeout unless one is asked for; gRPC's own is held to the same. istio: route.setTimeout */
export function timeouts(timeout: string | undefined): Pick<RouteAction, 'timeout' | 'maxGrpcTimeout'> {
  if (timeout === undefined) return UNLIMITED;
  const duration = protoDuration(timeout);
  return { timeout: duration, maxGrpcTimeout: duration };
}

const UNLIMITED = { timeout: '0s', maxGrpcTimeout: '0s' } as const;

function clusterOf({ push, services, port }: RouteContext, destination: Destination): string {
  const service = services(destination.host ?? '');
  return push.proxy.kind === 'waypoint'
    ? waypointDestination(push, destination, service, port)
    : destinationCluster(destination, service, port);
}

/** A destination as Envoy knows it. */
interface Target extends HeaderOperations {
  readonly cluster: string;
  readonly weight: number;
  readonly hash: ConsistentHash | undefined;
}

/** Those that get any requests: of several destinations those without a weight get none. istio: route.processDestination */
function destinationsOf(context: RouteContext, { route = [] }: HTTPRoute): Target[] {
  const counting = route.length === 1 ? route : route.filter(({ weight = 0 }) => weight !== 0);
  return counting.map((each) => {
    const { rules, authority } = headerOperations(each.headers);
    const cluster = clusterOf(context, each.destination ?? {});
    return { cluster, weight: each.weight ?? 0, rules, authority, hash: hashForDestination(context.push, each) };
  });
}

/** istio: route.processWeightedDestination */
function weighted(destinations: readonly Target[]): NonNullable<RouteAction['weightedClusters']> {
  const clusters = destinations.map(({ cluster, weight, rules, authority }): WeightedCluster => {
    const made: WeightedCluster = { name: cluster, weight };
    if (rules !== NO_RULES) Object.assign(made, joinedRules(rules, NO_RULES));
    if (authority) made.hostRewriteLiteral = authority;
    return made;
  });
  return clusters.length > 0 ? { clusters } : {};
}

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

const regexRewrite = ({ match = '', rewrite = '' }: RegexRewrite): NonNullable<RouteAction['regexRewrite']> => ({
  pattern: match === '' ? {} : { regex: match },
  ...(rewrite && { substitution: rewrite }),
});

/** Takes a prefix away, and leaves a slash where nothing else is left. */
const prefixRemoval = (prefix: string): NonNullable<RouteAction['regexRewrite']> => ({
  pattern: { regex: `^${quoteMeta(prefix)}(/?)(.*)` },
  substitution: '/\\2',
});

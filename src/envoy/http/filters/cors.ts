import type { CorsPolicy, LegacyCorsPolicy } from '../../config';
import { happens } from '../../match/fraction';
import { matchesString } from '../../match/string';
import type { Header, HeaderMap } from '../../run/header-map';
import { type HttpFilterKind, say } from '../http-filter';
import { filterConfigs } from '../per-filter-config';
import type { Reply } from '../reply';
import { routeOf } from '../route';
import type { Stream } from '../stream';

/** Answers browsers that ask before they send, and tells them what pages may read. envoy: CorsFilter. */
export const cors: HttpFilterKind = {
  decode(stream, filter) {
    const policy = policyFor(stream, filter.name);
    const origin = stream.request.joined('origin');
    if (!policy || !origin || !happens(stream.run.chance, policy.filterEnabled)) return undefined;

    const asks = isPreflight(stream.request);
    if (!allows(policy, origin)) {
      say(stream, filter, () => `the origin "${origin}" is none of those allowed`);
      return asks && policy.forwardNotMatchingPreflights === false ? answer(policy, stream.request) : undefined;
    }
    stream.memory.set(filter.object, forReading(policy, origin));
    say(stream, filter, () => `the origin "${origin}" is allowed${asks ? ', and its preflight request answered' : ''}`);
    return asks ? answer(policy, stream.request) : undefined;
  },
  encode(stream, filter, headers) {
    const added = (stream.memory.get(filter.object) ?? []) as readonly Header[];
    for (const [name, value] of added) headers.set(name, value);
  },
};

/** The policy of the route, filled up from the levels above it. */
function policyFor(stream: Stream, name: string): LegacyCorsPolicy | undefined {
  const choice = routeOf(stream);
  const { route, virtualHost } = choice;
  if (!route?.route) return undefined;
  const own = filterConfigs<CorsPolicy>(choice, name);
  const policies = own.length ? own : [route.route.cors, virtualHost?.cors].filter((each) => each !== undefined);
  if (!policies.length) return undefined;
  const filled = Object.assign({}, ...policies.toReversed()) as LegacyCorsPolicy;
  const { filterEnabled } = policies[0]!;
  return {
    ...filled,
    ...(filterEnabled ? { filterEnabled } : { filterEnabled: { defaultValue: { numerator: 100 } } }),
  };
}

/** Whether a browser asks what it may send. */
export function isPreflight(request: HeaderMap): boolean {
  return (
    request.method === 'OPTIONS' && Boolean(request.joined('origin') && request.joined('access-control-request-method'))
  );
}

const allows = ({ allowOriginStringMatch = [] }: LegacyCorsPolicy, origin: string): boolean =>
  allowOriginStringMatch.some((matcher) => matchesString(matcher, '*') || matchesString(matcher, origin));

const answer = (policy: LegacyCorsPolicy, request: HeaderMap): Reply => ({
  status: 200,
  details: 'cors_response',
  headers: forAsking(policy, request),
  asWritten: true,
});

const forReading = (policy: LegacyCorsPolicy, origin: string): Header[] => [
  ['access-control-allow-origin', origin],
  ...(policy.allowCredentials ? [['access-control-allow-credentials', 'true'] as const] : []),
  ...given('access-control-expose-headers', policy.exposeHeaders),
];

const forAsking = (policy: LegacyCorsPolicy, request: HeaderMap): Header[] => [
  ...(policy.allowCredentials ? [['access-control-allow-credentials', 'true'] as const] : []),
  ...allowed('methods', policy.allowMethods, request.joined('access-control-request-method')),
  ...allowed('headers', policy.allowHeaders, request.joined('access-control-request-headers')),
  ...given('access-control-max-age', policy.maxAge),
  ...(policy.allowPrivateNetworkAccess && request.first('access-control-request-private-network') === 'true'
    ? [['access-control-allow-private-network', 'true'] as const]
    : []),
];

/** A wildcard allows what is asked for, by its own name: browsers that send credentials do not take `*`. */
const allowed = (what: 'methods' | 'headers', value: string | undefined, asked = ''): Header[] =>
  value === '*' ? [[`access-control-allow-${what}`, asked]] : given(`access-control-allow-${what}`, value);

const given = (name: string, value: string | undefined): Header[] => (value ? [[name, value]] : []);

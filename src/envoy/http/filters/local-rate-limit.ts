import type { LocalRateLimit, RateLimit, RateLimitAction, TokenBucket } from '../../config';
import { headerMismatch } from '../../match/header';
import { queryMismatch, queryParameters } from '../../match/query';
import { happensOften, shareOf } from '../../match/fraction';
import { silently } from '../../run/because';
import { contentOf } from '../../run/typed';
import { addHeaders } from '../header-rules';
import type { HttpFilterKind, Installed } from '../http-filter';
import { filterConfigs } from '../per-filter-config';
import type { Reply } from '../reply';
import { routeOf } from '../route';
import type { Stream } from '../stream';
import { own } from '../../own';

/**
 * Lets as many requests through as there are tokens; how many are sent is an option of the run. envoy: LocalRateLimitFilter
 * Differs: no time passes, so buckets are not filled again, and requests of other kinds take nothing out of them.
 */
export const localRateLimit: HttpFilterKind = {
  decode(stream, filter) {
    const { chance, trace, options } = stream.run;
    const config = configOf(stream, filter);
    const bucket = shareOf(config.filterEnabled?.defaultValue) > 0 ? scarcest(config, stream) : undefined;
    if (!bucket) return undefined;
    const { maxTokens: tokens = 0, fillInterval = '' } = bucket;
    const status = statusOf(config);
    const isEnforced = shareOf(config.filterEnforced?.defaultValue) > 0;
    trace.step(
      'http filter',
      filter.object,
      () => `at most ${tokens} requests in ${fillInterval} pass${isEnforced ? '' : ', which is not enforced'}`,
      isEnforced ? { condition: { kind: 'rate limit', tokens, interval: fillInterval, status } } : {},
    );
    const sent = options.repeat ?? 1;
    const isOver =
      sent > tokens &&
      happensOften(chance, config.filterEnabled?.defaultValue) &&
      chance.draw([tokens, sent - tokens]) === 1 &&
      happensOften(chance, config.filterEnforced?.defaultValue);
    return isOver ? limited(config, status) : undefined;
  },
  encode(stream, filter, headers, { details }) {
    if (details !== LIMITED) return;
    addHeaders(headers, configOf(stream, filter).responseHeadersToAdd, stream);
  },
};

const LIMITED = 'local_rate_limited';

const limited = ({ rateLimitedAsResourceExhausted }: LocalRateLimit, status: number): Reply => ({
  status,
  details: LIMITED,
  flag: 'RL',
  body: LIMITED,
  ...(rateLimitedAsResourceExhausted && { grpcStatus: 8 }),
});

function statusOf({ status }: LocalRateLimit): number {
  const code = Number(own(CODES, String(status?.code)) ?? status?.code);
  return code >= 400 ? code : 429;
}

const CODES: Readonly<Record<string, number>> = {
  Forbidden: 403,
  TooManyRequests: 429,
  InternalServerError: 500,
  ServiceUnavailable: 503,
};

/** The filter's configuration for the route; one that was written without a type has the names of its fields as they were written. */
const configOf = (stream: Stream, { name, config }: Installed): LocalRateLimit =>
  inCamelCase(contentOf(filterConfigs(routeOf(stream), name)[0] ?? config)) as LocalRateLimit;

function inCamelCase(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inCamelCase);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [
      name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase()),
      inCamelCase(each),
    ]),
  );
}

/** Of the buckets that the request takes a token of, the one with the fewest. envoy: LocalRateLimiterImpl::requestAllowed */
function scarcest(config: LocalRateLimit, stream: Stream): TokenBucket | undefined {
  const asked = descriptorsOf(config, stream);
  const matched = (config.descriptors ?? []).filter(({ entries = [] }) =>
    asked.some(
      (descriptor) =>
        descriptor.length === entries.length &&
        entries.every(
          ({ key, value }, at) => key === descriptor[at]?.key && (!value || value === descriptor[at]?.value),
        ),
    ),
  );
  const usesDefault = matched.length === 0 || (config.alwaysConsumeDefaultTokenBucket ?? true);
  const buckets = [...matched.map(({ tokenBucket }) => tokenBucket), ...(usesDefault ? [config.tokenBucket] : [])];
  return buckets
    .filter((bucket) => bucket !== undefined)
    .reduce<TokenBucket | undefined>(
      (least, bucket) => (least && (least.maxTokens ?? 0) <= (bucket.maxTokens ?? 0) ? least : bucket),
      undefined,
    );
}

interface Entry {
  readonly key: string;
  readonly value: string;
}

/** What the filter, or else the route, or else its virtual host says of a request. envoy: RateLimitPolicyEntryImpl::populateDescriptors */
function descriptorsOf({ rateLimits, stage = 0 }: LocalRateLimit, stream: Stream): Entry[][] {
  const { route, virtualHost } = routeOf(stream);
  const ofRoute = route?.route?.rateLimits ?? [];
  const limits: readonly RateLimit[] = rateLimits ?? (ofRoute.length > 0 ? ofRoute : (virtualHost?.rateLimits ?? []));
  return limits
    .filter((limit) => rateLimits !== undefined || (limit.stage ?? 0) === stage)
    .flatMap(({ actions = [] }) => {
      const entries = actions.map((action) => entryOf(action, stream));
      return entries.includes('none') ? [] : [entries.filter((entry) => typeof entry === 'object')];
    });
}

/** `skipped` leaves only itself out, `none` the whole descriptor. */
function entryOf(action: RateLimitAction, stream: Stream): Entry | 'skipped' | 'none' {
  const { genericKey, requestHeaders, headerValueMatch, remoteAddress, destinationCluster } = action;
  const { queryParameters: parameter, queryParameterValueMatch } = action;
  const { request } = stream;
  if (genericKey) return { key: genericKey.descriptorKey || 'generic_key', value: genericKey.descriptorValue ?? '' };
  if (requestHeaders) {
    const { headerName = '', descriptorKey = '', skipIfAbsent } = requestHeaders;
    return found(descriptorKey, request.joined(headerName.toLowerCase()), skipIfAbsent ? 'skipped' : 'none');
  }
  if (headerValueMatch) {
    const { headers = [] } = headerValueMatch;
    return matched(
      headerValueMatch,
      'header_match',
      headers.every((matcher) => headerMismatch(matcher, request, silently) === undefined),
    );
  }
  if (queryParameterValueMatch) {
    const { queryParameters: matchers = [] } = queryParameterValueMatch;
    const sent = queryParameters(request.path);
    return matched(
      queryParameterValueMatch,
      'query_match',
      matchers.every((matcher) => queryMismatch(matcher, sent, silently) === undefined),
    );
  }
  if (parameter) {
    const { queryParameterName = '', descriptorKey = '', skipIfAbsent } = parameter;
    const value = queryParameters(request.path).find(([name]) => name === queryParameterName)?.[1];
    return found(descriptorKey, value, skipIfAbsent ? 'skipped' : 'none');
  }
  if (remoteAddress) return { key: 'remote_address', value: stream.remoteAddress };
  if (destinationCluster) return found('destination_cluster', routeOf(stream).clusterName, 'none');
  return 'none';
}

const found = (key: string, value: string | undefined, otherwise: 'skipped' | 'none') =>
  value === undefined ? otherwise : { key, value };

interface ValueMatch {
  descriptorKey?: string;
  descriptorValue?: string;
  expectMatch?: boolean;
}

const matched = ({ descriptorKey, descriptorValue, expectMatch }: ValueMatch, key: string, matches: boolean) =>
  found(descriptorKey || key, matches === (expectMatch ?? true) ? (descriptorValue ?? '') : undefined, 'none');

import type { Duration, Extension, Integer64 } from './any';
import type { HeaderMatcher, QueryParameterMatcher } from './matcher';

export interface RetryPolicy {
  retryOn?: string;
  numRetries?: number;
  perTryTimeout?: Duration;
  perTryIdleTimeout?: Duration;
  retriableStatusCodes?: number[];
  retriableHeaders?: HeaderMatcher[];
  retriableRequestHeaders?: HeaderMatcher[];
  retryHostPredicate?: Extension[];
  hostSelectionRetryMaxAttempts?: Integer64;
  retryPriority?: Extension;
  retryBackOff?: { baseInterval?: Duration; maxInterval?: Duration };
}

export interface HashPolicy {
  header?: { headerName?: string };
  cookie?: { name?: string; ttl?: Duration; path?: string; attributes?: { name?: string; value?: string }[] };
  connectionProperties?: { sourceIp?: boolean };
  queryParameter?: { name?: string };
  filterState?: { key?: string };
  terminal?: boolean;
}

export interface RateLimit {
  stage?: number;
  actions?: RateLimitAction[];
}

export interface RateLimitAction {
  genericKey?: { descriptorKey?: string; descriptorValue?: string };
  requestHeaders?: { headerName?: string; descriptorKey?: string; skipIfAbsent?: boolean };
  headerValueMatch?: RateLimitMatch & { headers?: HeaderMatcher[] };
  queryParameters?: { queryParameterName?: string; descriptorKey?: string; skipIfAbsent?: boolean };
  queryParameterValueMatch?: RateLimitMatch & { queryParameters?: QueryParameterMatcher[] };
  remoteAddress?: object;
  destinationCluster?: object;
}

interface RateLimitMatch {
  descriptorKey?: string;
  descriptorValue?: string;
  expectMatch?: boolean;
}

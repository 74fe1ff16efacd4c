import type { Duration, Extension, Integer64 } from './any';
import type { HeaderMatcher } from './matcher';

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

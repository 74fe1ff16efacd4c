/** What is tried again when it fails. */
import { isNamedCode } from '../../schema/facts/http-codes';
import type { Extension, RetryPolicy } from '../../envoy/config';
import type { HTTPRetry } from '../../schema/kinds/networking';
import { protoDuration } from '../duration';

const RETRY_ON = 'connect-failure,refused-stream,unavailable,cancelled,retriable-status-codes';

const PREVIOUS_HOSTS: Extension = {
  name: 'envoy.retry_host_predicates.previous_hosts',
  typedConfig: {
    '@type': 'type.googleapis.com/envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate',
  },
};

const PREVIOUS_PRIORITIES = {
  name: 'envoy.retry_priorities.previous_priorities',
  typedConfig: {
    '@type': 'type.googleapis.com/envoy.extensions.retry.priority.previous_priorities.v3.PreviousPrioritiesConfig',
    updateFrequency: 2,
  },
};

/** Whether the load balancer picks hosts by a hash; then a retry goes to the same host. */
export type Balancing = 'by-hash' | 'free';

/** The policy in force; none where it says that nothing is tried again. istio: retry.ConvertPolicy */
export function retryPolicy(retries: HTTPRetry | undefined, balancing: Balancing): RetryPolicy | undefined {
  if (!retries) return DEFAULTS[balancing];
  const { attempts = 0, retryOn = '', perTryTimeout, backoff, retryRemoteLocalities } = retries;
  if (attempts <= 0) return undefined;
  const elsewhere = retries.retryIgnorePreviousHosts ?? balancing === 'free';
  return {
    numRetries: attempts,
    ...(retryOn === '' ? { retryOn: RETRY_ON } : conditions(retryOn)),
    hostSelectionRetryMaxAttempts: '5',
    ...(elsewhere && { retryHostPredicate: [PREVIOUS_HOSTS] }),
    ...(perTryTimeout !== undefined && { perTryTimeout: protoDuration(perTryTimeout) }),
    ...(retryRemoteLocalities && { retryPriority: PREVIOUS_PRIORITIES }),
    ...(backoff !== undefined && { retryBackOff: { baseInterval: protoDuration(backoff) } }),
  };
}

const ANYHOW: RetryPolicy = { numRetries: 2, retryOn: RETRY_ON, hostSelectionRetryMaxAttempts: '5' };

const DEFAULTS: Record<Balancing, RetryPolicy> = {
  'by-hash': ANYHOW,
  free: { ...ANYHOW, retryHostPredicate: [PREVIOUS_HOSTS] },
};

/** Numbers among the conditions are status codes. istio: retry.parseRetryOn */
function conditions(text: string): Pick<RetryPolicy, 'retryOn' | 'retriableStatusCodes'> {
  const parts = text.split(',').flatMap((part) => part.trim() || []);
  const codes = parts.filter(isStatus).map(Number);
  const named = parts.filter((part) => !isStatus(part)).join(',');
  if (codes.length === 0) return named === '' ? {} : { retryOn: named };
  const retryOn = named.includes(BY_STATUS) ? named : `${named},${BY_STATUS}`;
  return { retryOn, retriableStatusCodes: codes };
}

const BY_STATUS = 'retriable-status-codes';

const isStatus = (text: string): boolean => /^[+-]?\d+$/.test(text) && isNamedCode(Number(text));

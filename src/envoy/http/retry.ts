import type { Duration, RetryPolicy, Route, VirtualHost } from '../config';
import type { Retry } from '../run/outcome';

/** On what, and how often, a request is tried again. */
export function retryOf({ route }: Route, virtualHost: VirtualHost | undefined): Retry | undefined {
  const policy = route?.retryPolicy ?? virtualHost?.retryPolicy;
  const conditions = conditionsOf(policy);
  if (!policy || !conditions.length) return undefined;
  return {
    on: conditions,
    attempts: policy.numRetries ?? 1,
    ...(milliseconds(policy.perTryTimeout) > 0 && { perTryTimeout: policy.perTryTimeout }),
    statusCodes: policy.retriableStatusCodes ?? [],
  };
}

const conditionsOf = (policy: RetryPolicy | undefined): string[] =>
  (policy?.retryOn ?? '')
    .split(',')
    .map((each) => each.trim())
    .filter(Boolean);

/** Whether a response would be tried again. envoy: RetryStateImpl::wouldRetryFromHeaders. */
export function wouldRetry({ on, statusCodes }: Retry, status: number): boolean {
  return on.some((condition) => {
    switch (condition) {
      case '5xx':
        return status >= 500 && status < 600;
      case 'gateway-error':
        return status >= 502 && status <= 504;
      case 'retriable-4xx':
        return status === 409;
      case 'retriable-status-codes':
        return statusCodes.includes(status);
      default:
        return false; // conditions of connections, which are taken to hold
    }
  });
}

const UNANSWERED = ['5xx', 'gateway-error', 'reset'];

/** Whether a request that nobody answered would be sent again. envoy: RetryStateImpl::wouldRetryFromReset. */
export const wouldResend = ({ on }: Retry, failure: 'no connection' | 'closed'): boolean =>
  on.some(
    (condition) => UNANSWERED.includes(condition) || (failure === 'no connection' && condition === 'connect-failure'),
  );

/** A length of time in milliseconds; 0 where there is none. */
export const milliseconds = (duration: Duration | undefined): number =>
  duration === undefined ? 0 : Math.round(parseFloat(duration) * 1000) || 0;

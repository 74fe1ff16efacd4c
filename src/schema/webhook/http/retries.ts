import type { HTTPRetry } from '../../kinds/networking';
import { nearest } from '../../spelling';
import { fields } from '../checks';
import type { Check } from '../part';
import { wholeNumber } from '../values/addresses';
import { isNamedCode } from '../../facts/http-codes';
import { duration, notNegative } from '../values/numbers';

/** What Envoy may retry on. istio: validation.supportedRetryOnPolicies */
const CONDITIONS: ReadonlySet<string> = new Set([
  '5xx',
  'gateway-error',
  'reset',
  'reset-before-request',
  'connect-failure',
  'retriable-4xx',
  'refused-stream',
  'retriable-status-codes',
  'retriable-headers',
  'envoy-ratelimited',
  'http3-post-connect-failure',
  'cancelled',
  'deadline-exceeded',
  'internal',
  'resource-exhausted',
  'unavailable',
]);

function isCondition(text: string): boolean {
  const code = wholeNumber(text) ?? 0;
  return CONDITIONS.has(text) || isNamedCode(code);
}

const retryOn: Check<string> = (part) => {
  if (part.value === '') return;
  for (const text of part.value.split(',')) {
    if (isCondition(text)) continue;
    const trimmed = text.trim();
    const meant = isCondition(trimmed) ? trimmed : nearest(trimmed, CONDITIONS);
    const whole = part.value.replace(text, meant ?? text);
    part.refuse(`"${text}" is not a known retry condition${meant === undefined ? '' : `; did you mean "${meant}"?`}`, {
      reason: 'enum',
      suggestion: meant === undefined ? undefined : { replaceValue: whole },
    });
  }
};

const DEMANDING = ['perTryTimeout', 'retryOn', 'retryRemoteLocalities'] as const;

const anyAttempts: Check<HTTPRetry> = (part) => {
  const name = part.value.attempts ? undefined : DEMANDING.find((field) => isThere(part.value[field]));
  if (name)
    part
      .at('attempts')
      .refuse(`"attempts" must be more than 0 when "${name}" is set; with 0 attempts Envoy does not retry`);
};

const isThere = (value: unknown) => value !== undefined && value !== '';

/** istio: validation.validateHTTPRetry */
export const retries = fields<HTTPRetry>(
  { attempts: notNegative, perTryTimeout: duration, backoff: duration, retryOn },
  anyAttempts,
);

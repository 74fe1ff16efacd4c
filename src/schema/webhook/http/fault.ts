import { GRPC_STATUSES } from '../../facts/grpc-statuses';
import type { HTTPFaultInjection, HTTPFaultInjectionAbort, HTTPFaultInjectionDelay } from '../../kinds/networking';
import { nearest } from '../../spelling';
import { fields, present } from '../checks';
import type { Check } from '../part';
import { duration, fractionalPercent } from '../values/numbers';

/** A status of HTTP. istio: validation.validateHTTPStatus */
export const httpStatus: Check<number> = (part) => {
  if (part.value < 200 || part.value > 600)
    part.refuse(`${part.value} is not a status between 200 and 599`, { reason: 'limit' });
  // Differs: the original lets 600 pass, which Envoy then refuses.
  if (part.value === 600) part.doubt('600 is not a status between 200 and 599: the proxy refuses it', { ours: true });
};

/** istio: validation.validateGRPCStatus */
const grpcStatus: Check<string> = (part) => {
  if (GRPC_STATUSES.includes(part.value)) return;
  const meant = nearest(part.value, GRPC_STATUSES);
  const help = meant === undefined ? '; expected a status such as "NOT_FOUND"' : `; did you mean "${meant}"?`;
  part.refuse(`"${part.value}" is not a gRPC status${help}`, {
    reason: 'enum',
    suggestion: meant === undefined ? undefined : { replaceValue: meant },
  });
};

const unsupported =
  (instead: string): Check<string> =>
  (part) => {
    part.refuse(`"${part.key}" is not supported; use ${instead}`, { on: 'key' });
  };

const abort = fields<HTTPFaultInjectionAbort>(
  {
    percentage: fractionalPercent,
    grpcStatus,
    http2Error: unsupported('"httpStatus" or "grpcStatus"'),
    httpStatus,
  },
  oneOfThese('"httpStatus" or "grpcStatus"', 'grpcStatus', 'http2Error', 'httpStatus'),
);

const delay = fields<HTTPFaultInjectionDelay>(
  { percentage: fractionalPercent, fixedDelay: duration, exponentialDelay: unsupported('"fixedDelay"') },
  oneOfThese('"fixedDelay"', 'fixedDelay', 'exponentialDelay'),
);

/** Differs: the original says nothing of a fault without effect; its warning about an abort gets lost. */
function oneOfThese<T extends object>(expected: string, ...names: (keyof T & string)[]): Check<T> {
  return (part) => {
    if (present(part.value, ...names).length === 0)
      part.doubt(`the fault has no effect; set ${expected}`, { on: 'key', ours: true });
  };
}

/** istio: validation.validateHTTPFaultInjection */
export const fault = fields<HTTPFaultInjection>({ abort, delay }, (part) => {
  if (!part.value.abort && !part.value.delay) part.refuse('the fault is empty; set "abort" or "delay"', { on: 'key' });
});

/** Faults that are injected on purpose. */
import { GRPC_STATUSES } from '../../schema/facts/grpc-statuses';
import type { HttpFault } from '../../envoy/config';
import type { HTTPFaultInjection } from '../../schema/kinds/networking';
import { protoDuration } from '../duration';
import { hundredths, millionths } from './percent';

/** The configuration of the fault filter for one route. istio: route.TranslateFault */
export function httpFault({ delay, abort }: HTTPFaultInjection): HttpFault {
  const late = delay && delayOf(delay);
  const broken = abort && abortOf(abort);
  return {
    '@type': 'type.googleapis.com/envoy.extensions.filters.http.fault.v3.HTTPFault',
    ...(late && { delay: late }),
    ...(broken && { abort: broken }),
  };
}

function delayOf({ fixedDelay, percentage, percent = 0 }: Delay): HttpFault['delay'] {
  if (fixedDelay === undefined) return undefined;
  return {
    fixedDelay: protoDuration(fixedDelay),
    percentage: percentage ? millionths(percentage) : hundredths(percent),
  };
}

type Delay = NonNullable<HTTPFaultInjection['delay']>;

function abortOf({ httpStatus, grpcStatus, percentage }: Abort): HttpFault['abort'] {
  const share = percentage && { percentage: millionths(percentage) };
  if (httpStatus !== undefined) return { httpStatus, ...share };
  return grpcStatus === undefined
    ? undefined
    : { grpcStatus: Math.max(0, GRPC_STATUSES.indexOf(grpcStatus)), ...share };
}

type Abort = NonNullable<HTTPFaultInjection['abort']>;

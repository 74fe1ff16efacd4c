/** How long upstreams may take, and what they are told of it. */
import type { Route, VirtualHost } from '../config';
import type { HeaderMap } from '../run/header-map';
import { milliseconds } from './retry';
import { type Stream, isGrpc } from './stream';
import { own } from '../own';

const DEFAULT_TIMEOUT = '15s';

/** The time for all attempts, and for the one that is under way; undefined and 0 where it may take any time. */
export interface Patience {
  readonly timeout: string | undefined;
  /** In milliseconds. */
  readonly attempt: number;
}

/** A gRPC call brings its own time, of which the route may allow less. envoy: FilterUtility::finalTimeout */
export function patienceOf(stream: Stream, { route }: Route, virtualHost: VirtualHost | undefined): Patience {
  const { timeout = DEFAULT_TIMEOUT, maxGrpcTimeout, retryPolicy = virtualHost?.retryPolicy } = route ?? {};
  const perTry = milliseconds(retryPolicy?.perTryTimeout);
  const own = isGrpc(stream) && maxGrpcTimeout !== undefined;
  const total = own ? ofCall(stream.request, milliseconds(maxGrpcTimeout)) : milliseconds(timeout);
  const written = own ? `${total / 1000}s` : timeout;
  return {
    timeout: total > 0 ? written : undefined,
    attempt: perTry > 0 && (total === 0 || perTry < total) ? perTry : total,
  };
}

function ofCall(request: HeaderMap, longest: number): number {
  const wanted = grpcTimeout(request.first('grpc-timeout') ?? '');
  return longest > 0 && (wanted === 0 || wanted > longest) ? longest : wanted;
}

const UNITS: Readonly<Record<string, number>> = { H: 3_600_000, M: 60_000, S: 1000, m: 1, u: 1e-3, n: 1e-6 };

/** In milliseconds; 0 for what is no time. envoy: Grpc::Common::getGrpcTimeout */
function grpcTimeout(text: string): number {
  const [, amount, unit = ''] = /^(\d{1,8})([HMSmun])$/.exec(text) ?? [];
  return amount === undefined ? 0 : Math.ceil(Number(amount) * own(UNITS, unit)!);
}

const LONGEST = 99_999_999;

/** envoy: Grpc::Common::toGrpcTimeout */
function asGrpcTimeout(time: number): string {
  const unit = ['m', 'S', 'M'].find((each) => time / own(UNITS, each)! <= LONGEST) ?? 'H';
  return `${Math.floor(time / own(UNITS, unit)!)}${unit}`;
}

/** Tells the upstream how long it has. envoy: FilterUtility::setTimeoutHeaders */
export function announce({ attempt }: Patience, stream: Stream, { route }: Route, naming: 'tell' | 'suppress'): void {
  if (attempt === 0) return;
  const { request } = stream;
  if (naming === 'tell') request.set('x-envoy-expected-rq-timeout-ms', String(attempt));
  if (isGrpc(stream) && route?.maxGrpcTimeout !== undefined) request.set('grpc-timeout', asGrpcTimeout(attempt));
}

import type { FractionalPercent, HttpFault } from '../../config';
import { headerMismatch } from '../../match/header';
import { happensOften } from '../../match/fraction';
import { silently } from '../../run/because';
import type { HeaderMap } from '../../run/header-map';
import { type HttpFilterKind, type Installed, say, sayIdle } from '../http-filter';
import { filterConfigs } from '../per-filter-config';
import type { Reply } from '../reply';
import { routeOf } from '../route';
import type { Stream } from '../stream';

/** Holds requests back and breaks them off. envoy: FaultFilter. */
export const fault: HttpFilterKind = {
  decode(stream, filter) {
    const config: HttpFault = filterConfigs<HttpFault>(routeOf(stream), filter.name)[0] ?? filter.config;
    if (!config.delay && !config.abort) return undefined;
    if (!isMeant(config, stream)) {
      sayIdle(stream, filter, () => 'the fault is not for this request');
      return undefined;
    }
    delay(config, stream, filter);
    return abort(config, stream, filter);
  },
};

function isMeant({ upstreamCluster, headers = [] }: HttpFault, stream: Stream): boolean {
  if (upstreamCluster && upstreamCluster !== routeOf(stream).clusterName) return false;
  return headers.every((matcher) => headerMismatch(matcher, stream.request, silently) === undefined);
}

function delay({ delay: config }: HttpFault, stream: Stream, filter: Installed): void {
  if (!config) return;
  const asked = config.headerDelay && numberIn(stream.request, 'x-envoy-fault-delay-request');
  const length = config.headerDelay ? asked && `${asked / 1000}s` : config.fixedDelay;
  const fraction = capped(
    config.percentage,
    config.headerDelay ? stream.request : undefined,
    'x-envoy-fault-delay-request-percentage',
  );
  if (!length || !happensOften(stream.run.chance, fraction)) return;
  stream.delay = length;
  stream.flags.add('DI');
  say(stream, filter, () => `the request is held back for ${length}`);
}

function abort({ abort: config }: HttpFault, stream: Stream, filter: Installed): Reply | undefined {
  if (!config) return undefined;
  const asked = config.headerAbort && numberIn(stream.request, 'x-envoy-fault-abort-request');
  const askedGrpc = config.headerAbort && numberIn(stream.request, 'x-envoy-fault-abort-grpc-request');
  const status = config.headerAbort ? asked : config.httpStatus;
  const grpcStatus = status === undefined ? (config.headerAbort ? askedGrpc : config.grpcStatus) : undefined;
  const fraction = capped(
    config.percentage,
    config.headerAbort ? stream.request : undefined,
    'x-envoy-fault-abort-request-percentage',
  );
  if ((status ?? grpcStatus) === undefined || !happensOften(stream.run.chance, fraction)) return undefined;
  say(stream, filter, () => `the request is broken off with ${status ?? `gRPC status ${grpcStatus}`}`);
  return {
    status: status ?? 200,
    details: 'fault_filter_abort',
    flag: 'FI',
    body: 'fault filter abort',
    ...(grpcStatus !== undefined && { grpcStatus }),
  };
}

function numberIn(headers: HeaderMap, name: string): number | undefined {
  const value = headers.first(name);
  return value !== undefined && /^\d+$/.test(value) ? Number(value) : undefined;
}

/** The percentage that a header asks for, if it is lower than the configured one. */
function capped(
  fraction: FractionalPercent | undefined,
  headers: HeaderMap | undefined,
  name: string,
): FractionalPercent | undefined {
  const asked = headers && numberIn(headers, name);
  if (asked === undefined) return fraction;
  return { ...fraction, numerator: Math.min(asked, fraction?.numerator ?? 0) };
}

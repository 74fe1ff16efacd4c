import { inRange, ipOf, isLoopback } from '../match/address';
import type { Stream } from './stream';

// What Envoy takes as its own address where a client comes over loopback; it is the host's, which no configuration tells.
const LOCAL_ADDRESS = '127.0.0.1';

/**
 * Finds out who the client is, and writes or cleans the headers that tell it to others.
 * envoy: ConnectionManagerUtility::mutateRequestHeaders.
 */
export function identifyClient(stream: Stream): void {
  const { request, manager, connection } = stream;
  const peer = connection.source.address;
  const hops = manager.xffNumTrustedHops ?? 0;
  const secure = connection.tls ? 'https' : 'http';
  const untouched = request.joined('x-forwarded-for');

  let client: string | undefined;
  if (manager.useRemoteAddress) {
    if (hops > 0) client = lastForwarded(untouched, hops - 1);
    if (!manager.skipXffAppend) request.append('x-forwarded-for', isLoopback(peer) ? LOCAL_ADDRESS : peer);
    if (hops === 0 || !request.has('x-forwarded-proto')) request.set('x-forwarded-proto', secure);
  } else client = lastForwarded(untouched, hops);
  if (!request.has('x-forwarded-proto')) request.set('x-forwarded-proto', secure);
  const isTold = request.has('x-forwarded-port') && !(manager.useRemoteAddress && hops === 0);
  if (manager.appendXForwardedPort && !isTold) request.set('x-forwarded-port', String(connection.destination.port));
  request.set(':scheme', schemeOf(stream, secure));

  const single = manager.useRemoteAddress ? untouched === undefined : !untouched?.includes(',');
  const trusted = client ?? (manager.useRemoteAddress ? peer : undefined);
  const internal = single && trusted !== undefined && isInternal(stream, trusted);
  stream.remoteAddress = client ?? peer;
  markOrigin(stream, internal);
}

function schemeOf({ request, manager }: Stream, secure: string): string {
  const overwrite = manager.schemeHeaderTransformation?.schemeToOverwrite;
  const forwarded = request.first('x-forwarded-proto') ?? '';
  return overwrite ?? (forwarded === 'http' || forwarded === 'https' ? forwarded : secure);
}

/** The address that many places before the last of `x-forwarded-for`. envoy: Utility::getLastAddressFromXFF. */
function lastForwarded(header: string | undefined, skip: number): string | undefined {
  const parts = (header ?? '').split(',');
  const address = parts[parts.length - 1 - skip]?.trim() ?? '';
  return ipOf(address) ? address : undefined;
}

// Without ranges of its own, Envoy holds no address for internal.
const isInternal = ({ manager }: Stream, address: string): boolean =>
  (manager.internalAddressConfig?.cidrRanges ?? []).some((range) => inRange(range, address));

const FROM_INSIDE_ONLY = [
  'x-envoy-retry-on',
  'x-envoy-retry-grpc-on',
  'x-envoy-max-retries',
  'x-envoy-upstream-alt-stat-name',
  'x-envoy-upstream-rq-timeout-ms',
  'x-envoy-upstream-rq-per-try-timeout-ms',
  'x-envoy-upstream-rq-timeout-alt-response',
  'x-envoy-upstream-stream-duration-ms',
  'x-envoy-expected-rq-timeout-ms',
  'x-envoy-hedge-on-per-try-timeout',
  'x-envoy-retriable-status-codes',
  'x-envoy-retriable-header-names',
  'x-envoy-force-trace',
  'x-envoy-ip-tags',
];

const NOT_FROM_OUTSIDE = [
  'x-envoy-decorator-operation',
  'x-envoy-downstream-service-cluster',
  'x-envoy-downstream-service-node',
  'x-envoy-original-path',
  'x-envoy-original-host',
];

function markOrigin({ request, manager, remoteAddress }: Stream, internal: boolean): void {
  request.remove('x-envoy-internal');
  const edge = !internal && Boolean(manager.useRemoteAddress);
  if (internal) request.set('x-envoy-internal', 'true');
  else request.remove(...FROM_INSIDE_ONLY, ...(edge ? NOT_FROM_OUTSIDE : []));
  if (edge) request.set('x-envoy-external-address', remoteAddress);
  if (manager.via) request.append('via', manager.via);
  identifyRequest({ request, manager }, edge);
}

/** What stands for the random part of a request's identifier. */
const REQUEST_ID = '00000000-0000-4000-8000-000000000000';

function identifyRequest({ request, manager }: Pick<Stream, 'request' | 'manager'>, edge: boolean): void {
  if (manager.generateRequestId === false) return;
  const fresh = edge && !manager.preserveExternalRequestId;
  if (fresh || !request.has('x-request-id')) request.set('x-request-id', REQUEST_ID);
}

import type { Header } from '../run/header-map';
import { HeaderMap } from '../run/header-map';
import type { Flag, Response, UpstreamRequest } from '../run/outcome';
import { type Answer, format } from './format';
import { applyResponseRules } from './header-rules';
import type { Reply } from './reply';
import { routeOf } from './route';
import { wouldResend, wouldRetry } from './retry';
import type { Sent } from './router';
import { type Stream, isGrpc } from './stream';

/** The response to a request that was sent on, as it leaves the proxy. */
export function passBack(stream: Stream, { upstream }: Sent): Response {
  const { options, trace } = stream.run;
  if (options.answer?.failure) return unanswered(stream, upstream, options.answer.failure);
  const status = options.answer?.status ?? (stream.request.has('upgrade') ? 101 : 200);
  const headers = new HeaderMap(options.answer?.headers, 'response');
  const tries = 1 + retriesAfter(upstream.request, status);
  if (tries > 1) {
    stream.flags.add('URX');
    trace.step('response', undefined, () => `status ${status} is tried again ${tries - 1} times, and stays`);
  }
  const choice = routeOf(stream);
  if (choice.virtualHost?.includeAttemptCountInResponse) headers.set('x-envoy-attempt-count', String(tries));
  applyResponseRules(stream, choice, headers, { status, details: 'via_upstream', headers });
  return { ...complete(stream, status, 'via_upstream', headers), upstream };
}

const retriesAfter = ({ retry }: UpstreamRequest, status: number): number =>
  retry && wouldRetry(retry, status) ? retry.attempts : 0;

const FAILURES: Record<'no connection' | 'closed', { flag: Flag; reason: string }> = {
  'no connection': { flag: 'UF', reason: 'remote_connection_failure' },
  closed: { flag: 'UC', reason: 'connection_termination' },
};

/** envoy: Router::Filter::onUpstreamReset. */
function unanswered(stream: Stream, { request }: Sent['upstream'], failure: keyof typeof FAILURES): Response {
  const { flag, reason } = FAILURES[failure];
  if (request.retry && wouldResend(request.retry, failure)) stream.flags.add('URX');
  return reply(stream, {
    status: 503,
    details: `upstream_reset_before_response_started{${reason}}`,
    flag,
    body: `upstream connect error or disconnect/reset before headers. reset reason: ${reason.replaceAll('_', ' ')}`,
  });
}

/** A reply of the proxy's own, as it leaves the proxy. envoy: Http::Utility::sendLocalReply. */
export function reply(stream: Stream, own: Reply): Response {
  if (own.flag) stream.flags.add(own.flag);
  if (own.asWritten) return complete(stream, own.status, own.details, new HeaderMap(own.headers, 'response'));
  const grpc = isGrpc(stream);
  const status = grpc ? 200 : own.status;
  const shows = own.body && stream.request.method !== 'HEAD';
  const headers = new HeaderMap(grpc ? grpcHeaders(own) : [], 'response');
  for (const [name, value] of own.headers ?? []) headers.set(name, value);
  const choice = stream.choice ?? {};
  // The status is not known yet where such rules ask for it.
  if (choice.route) applyResponseRules(stream, choice, headers, { status: 0, details: own.details, headers });
  setContentType(headers, own, grpc);
  if (grpc && own.body && shows) headers.set('grpc-message', percentEncoded(own.body));
  return {
    ...complete(stream, status, own.details, headers),
    ...(shows && !grpc && { body: own.body }),
    ...(own.denial && { denial: own.denial }),
  };
}

function setContentType(headers: HeaderMap, { body }: Reply, grpc: boolean): void {
  if (grpc) headers.set('content-type', 'application/grpc');
  else if (!body) headers.remove('content-type');
  else if (!headers.has('content-type')) headers.set('content-type', 'text/plain');
}

function complete(stream: Stream, status: number, details: string, headers: HeaderMap): Response {
  const { run, flags, delay, choice, request, remoteAddress } = stream;
  const answer: Answer = { status, details, headers };
  for (const filter of stream.filters.toReversed())
    if (typeof filter.kind === 'object') filter.kind.encode?.(stream, filter, headers, answer);
  setServer(stream, headers);
  run.trace.step('response', undefined, () => `status ${status}, ${details}`);
  return {
    kind: 'response',
    status,
    flags: FLAGS.filter((flag) => flags.has(flag)),
    details,
    headers: headers.fields(),
    ...(choice?.clusterName && run.lookup.clusters.has(choice.clusterName) && { clusterName: choice.clusterName }),
    ...(delay && { delay }),
    logged: { headers: request.all(), protocol: format('%PROTOCOL%', stream), remoteAddress },
  };
}

/** In the order in which access logs write them. envoy: StreamInfo::ResponseFlagUtils */
const FLAGS: readonly Flag[] = ['UH', 'UF', 'UC', 'NR', 'DI', 'FI', 'RL', 'UAEX', 'URX', 'NC', 'DPE'];

/** envoy: ActiveStream::encodeHeaders. */
function setServer({ manager, request }: Stream, headers: HeaderMap): void {
  const { serverHeaderTransformation: mode = 'OVERWRITE', serverName = 'envoy', via } = manager;
  if (mode === 'OVERWRITE' || (mode === 'APPEND_IF_ABSENT' && !headers.has('server')))
    headers.set('server', serverName || 'envoy');
  if (via) headers.append('via', via);
  const id = request.first('x-request-id');
  if (manager.alwaysSetRequestIdInResponse && id) headers.set('x-request-id', id);
}

const GRPC_STATUS: Readonly<Record<number, number>> = {
  400: 13,
  401: 16,
  403: 7,
  404: 12,
  429: 14,
  502: 14,
  503: 14,
  504: 14,
};

/** envoy: Grpc::Utility::httpToGrpcStatus. */
function grpcHeaders({ status, grpcStatus = GRPC_STATUS[status] ?? 2 }: Reply): Header[] {
  return [['grpc-status', String(grpcStatus)]];
}

const percentEncoded = (text: string): string =>
  text.replace(/[^ -}]|%/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);

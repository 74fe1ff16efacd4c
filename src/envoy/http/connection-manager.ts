import type { HttpConnectionManager } from '../config';
import type { HttpRequest } from '../run/arrival';
import type { Connection } from '../run/connection';
import type { HeaderMap } from '../run/header-map';
import { HeaderMap as Headers } from '../run/header-map';
import type { Response } from '../run/outcome';
import type { Run } from '../run/run';
import { identifyClient } from './client-address';
import { forwardCertificate } from './client-certificate';
import { normalizeHost } from './host';
import { type Link, assume } from './http-filter';
import { linksOf } from './http-filters';
import { normalizePath } from './path-normalization';
import { isDisabled } from './per-filter-config';
import type { Reply } from './reply';
import { readRequest } from './request-line';
import { passBack, reply } from './response';
import { routeOf } from './route';
import { type Sent, dispatch } from './router';
import type { Stream } from './stream';
import { tendUpgrade } from './upgrade';

/** Answers a request on a connection. envoy: ConnectionManagerImpl::ActiveStream::decodeHeaders. */
export function serveHttp(
  run: Run,
  connection: Connection,
  manager: HttpConnectionManager,
  request: HttpRequest,
): Response {
  const read = readRequest(request, manager, connection, run.assumptions);
  const stream = streamOf(run, connection, manager, read instanceof Headers ? read : new Headers());
  if (!(read instanceof Headers)) {
    run.trace.step('request', undefined, () => read.because);
    return reply(stream, read);
  }
  const result = prepare(stream) ?? throughFilters(stream);
  routeOf(stream); // what is refused early is logged, and answered, by its route as well
  return 'upstream' in result ? passBack(stream, result) : reply(stream, result);
}

function streamOf(run: Run, connection: Connection, manager: HttpConnectionManager, request: HeaderMap): Stream {
  return {
    run,
    connection,
    manager,
    request,
    remoteAddress: connection.source.address,
    metadata: {},
    filterState: new Map(connection.filterState),
    flags: new Set(),
    filters: [],
    memory: new Map(),
  };
}

/** What happens to a request before filters see it; a reply where they never do. */
function prepare(stream: Stream): Reply | undefined {
  const { request, manager, run, connection } = stream;
  if (!request.has(':authority')) return { status: 400, details: 'missing_host_header' };
  if (request.has(':path') && !request.path.startsWith('/')) return { status: 404, details: 'absolute_path_rejected' };
  const before = request.path;
  const refusal = normalizePath(run, manager, request);
  if (refusal) return refusal;
  if (request.path !== before)
    run.trace.step('request', undefined, () => `the path "${before}" is read as "${request.path}"`);
  normalizeHost(manager, request, connection.destination.port);
  identifyClient(stream);
  forwardCertificate(stream);
  return tendUpgrade(stream);
}

function throughFilters(stream: Stream): Reply | Sent {
  const choice = routeOf(stream);
  stream.filters = linksOf(stream.manager).filter(
    ({ name, object }) => !isDisabled(choice, name, Boolean(object.disabled)),
  );
  for (const filter of stream.filters) {
    const result = pass(stream, filter);
    if (result) return result;
  }
  return { status: 404, details: 'filter_chain_not_found', flag: 'NR' };
}

function pass(stream: Stream, filter: Link): Reply | Sent | undefined {
  const { kind, name } = filter;
  switch (kind) {
    case 'router':
      return dispatch(stream, filter);
    case 'passive':
      return undefined;
    case 'unknown':
      assume(stream, filter, { kind: 'filter not simulated', filter: name }, () => `filter "${name}" is not simulated`);
      return undefined;
    default:
      return kind.decode?.(stream, filter);
  }
}

/** All that can become of requests of one client for one URL, whatever else is in them. */
import type { Execution } from '../envoy/execute';
import type { Proxy } from '../mesh/workloads/proxy';
import type { Mesh } from '../mesh/mesh';
import type { Translation } from '../pilot/translate';
import type { Way } from './journey';
import { type Request, targetOf } from './request';
import { type Start, startOf } from './start';
import { waysFrom } from './travel';

/**
 * The ways of requests of which only the client, the URL's host and port are known: each condition on the rest is tried both ways,
 * and the hops say what was assumed. Throws a RequestError where no client could send such a request.
 */
export function explore(
  mesh: Mesh,
  request: Pick<Request, 'from' | 'gateway' | 'url'>,
  configurationOf: (mesh: Mesh, proxy: Proxy) => Translation,
): Way[] {
  const target = targetOf(request);
  const { start, service } = startOf(mesh, request, target);
  const executions = new Map<string, Execution>();
  const world = { mesh, options: { explain: false }, configurationOf, executions, host: target.host };
  return waysFrom(opened(start), world, { chosen: service ? { service } : {}, depth: 0 });
}

function opened(start: Start): Start {
  if (start.kind === 'nowhere') return start;
  const connection = start.kind === 'dial' ? start.dial : start.arrival;
  const { payload } = connection;
  if (payload.kind !== 'http') return start;
  const open = { ...payload, isOpen: true as const };
  return start.kind === 'dial'
    ? { ...start, dial: { ...start.dial, payload: open } }
    : { ...start, arrival: { ...start.arrival, payload: open } };
}

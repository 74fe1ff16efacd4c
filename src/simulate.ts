import { execute } from './envoy/execute';
import { type Hop, hopOf } from './envoy/hop';
import type { Options } from './envoy/run/run';
import { configurationOf } from './simulation/configuration';
import { type HopRequest, arrivalOf } from './simulation/hop-request';
import type { Journey, Way } from './simulation/journey';
import { withReports } from './simulation/mixer';
import { type Request, targetOf } from './simulation/request';
import { RequestError } from './simulation/request-error';
import { startOf } from './simulation/start';
import { waysFrom } from './simulation/travel';
import type { Mesh } from './mesh/mesh';
import { meshConfig } from './mesh/settings/mesh-config';
import { findProxy } from './mesh/workloads/proxy';

/**
 * Follows a request from its client to whoever answers: each proxy on its way executes the configuration that the control plane
 * would send it. Throws a RequestError where nobody could send such a request.
 */
export function simulate(mesh: Mesh, request: Request, options: Options = {}): Journey {
  const target = targetOf(request);
  const { start, service, notes } = startOf(mesh, request, target);
  const claims = request.claims && { claims: [request.claims] };
  const world = { mesh, options: { ...options, ...claims }, configurationOf, host: target.host };
  const past = { chosen: service ? { service } : {}, depth: 0 };
  const [first, ...others] = waysFrom(start, world, past).sort((one, other) => other.share - one.share);
  if (!first) throw new Error('a request took no way at all');
  const reported = (way: Way): Way => withReports(mesh, way);
  return { request, target, ways: [reported(first), ...others.map(reported)], notes };
}

/** What one proxy makes of a request, in the words of a client, an access log and an upstream. */
export function simulateHop(mesh: Mesh, request: HopRequest, options: Options = {}): Hop {
  const found = findProxy(mesh, request.proxy);
  if (!('proxy' in found)) throw new RequestError({ kind: 'no proxy', name: request.proxy, found });
  const arrival = arrivalOf(request, found.proxy.ip, meshConfig(mesh).trustDomain);
  const { repeat } = request;
  const asked = { explain: false, ...options, ...(repeat !== undefined && { repeat }) };
  return hopOf(execute(configurationOf(mesh, found.proxy).config, arrival, asked), arrival);
}

import type { Mesh } from '../mesh/mesh';
import type { Service } from '../mesh/service';
import { bestService, servicesCalled } from '../mesh/services';
import type { Hop } from './journey';

/** The service and subset that a cluster stands for. */
export interface Chosen {
  readonly service?: Service;
  readonly subset?: string;
}

/** What a cluster's name tells: `outbound|9080|v2|reviews.default.svc.cluster.local`. istio: model.BuildSubsetKey */
export function chosenBy(mesh: Mesh, { proxy }: Hop, clusterName: string): Chosen {
  const [, subset = '', host = ''] =
    /^outbound\|\d+\|([^|]*)\|(.*)$/.exec(clusterName) ?? /^outbound_\.\d+_\.([^_]*)_\.(.*)$/.exec(clusterName) ?? [];
  if (!host) return {};
  const service = bestService(mesh, host, proxy.namespace) ?? servicesCalled(mesh, host)[0];
  return { ...(service && { service }), ...(subset && { subset }) };
}

import type { Mesh } from '../mesh/mesh';
import type { Service } from '../mesh/services/service';
import { bestService, servicesCalled } from '../mesh/services/services';
import { parseSubsetKey } from '../pilot/subset-key';
import type { Hop } from './journey';

/** The service and subset that a cluster stands for. */
export interface Chosen {
  readonly service?: Service;
  readonly subset?: string;
}

/** The service and subset that a cluster's name stands for; nothing where it is that of another kind of cluster. */
export function chosenBy(mesh: Mesh, { proxy }: Hop, clusterName: string): Chosen {
  const { direction, subset: key = '', host = '' } = parseSubsetKey(clusterName) ?? {};
  if ((direction !== 'outbound' && direction !== 'inbound-vip') || !host) return {};
  // A waypoint's clusters have the protocol before the subset.
  const subset = direction === 'outbound' ? key : key.split('/')[1];
  const service = bestService(mesh, host, proxy.namespace) ?? servicesCalled(mesh, host)[0];
  return { ...(service && { service }), ...(subset && { subset }) };
}

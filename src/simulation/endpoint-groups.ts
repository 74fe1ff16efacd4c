import type { EndpointShare } from '../envoy/run/outcome';
import type { Mesh } from '../mesh/mesh';
import { type Peer, partyAt } from './peers';

/** Endpoints at which the same party answers on the same port in the same way, such as the pods of one workload. */
export interface EndpointGroup {
  readonly party: Peer;
  /** The first of them, which stands for all. */
  readonly endpoint: EndpointShare;
  readonly addresses: readonly string[];
  readonly share: number;
}

/** Puts endpoints together that are alike. Those without a port of their own have the one that was dialled. */
export function groupEndpoints(mesh: Mesh, endpoints: readonly EndpointShare[], dialled: number): EndpointGroup[] {
  const groups = new Map<string, EndpointGroup>();
  for (const endpoint of endpoints) {
    const { address, port = dialled, share, tls } = endpoint;
    const party = partyAt(mesh, address);
    const key = [party.name, port, JSON.stringify(tls)].join(' ');
    const known = groups.get(key) ?? { party, endpoint, addresses: [], share: 0 };
    groups.set(key, { ...known, addresses: [...known.addresses, address], share: known.share + share });
  }
  return [...groups.values()];
}

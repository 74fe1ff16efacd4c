/** What proxies are sent, kept for the requests that come later. */
import { perMesh } from '../mesh/memo';
import type { Mesh } from '../mesh/mesh';
import type { Proxy } from '../mesh/workloads/proxy';
import { type Translation, translate, translateInbound } from '../pilot/translate';

/** Of complete configurations only as many are kept as have this many clusters together: some hundred megabytes. */
const MOST_CLUSTERS = 20_000;

interface Known {
  /** In the order in which they were last asked for. */
  readonly complete: Map<Proxy, Translation>;
  readonly inbound: WeakMap<Proxy, Translation>;
}

const known = perMesh((): Known => ({ complete: new Map(), inbound: new WeakMap() }));

/** What a proxy is sent. */
export function configurationOf(mesh: Mesh, proxy: Proxy): Translation {
  const { complete } = known(mesh);
  const before = complete.get(proxy);
  complete.delete(proxy);
  const made = before ?? translate(mesh, proxy);
  complete.set(proxy, made);
  if (!before) letGo(complete);
  return made;
}

/** Forgets those that were asked for the longest ago, but never the last. */
function letGo(complete: Known['complete']): void {
  let clusters = 0;
  for (const { config } of complete.values()) clusters += config.clusters.length;
  for (const [proxy, { config }] of complete) {
    if (clusters <= MOST_CLUSTERS || complete.size === 1) return;
    complete.delete(proxy);
    clusters -= config.clusters.length;
  }
}

/** What connections to a workload run through, of what its proxy is sent. */
export function inboundConfigurationOf(mesh: Mesh, proxy: Proxy): Translation {
  const { inbound } = known(mesh);
  const made = inbound.get(proxy) ?? translateInbound(mesh, proxy);
  inbound.set(proxy, made);
  return made;
}

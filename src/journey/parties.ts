/** Who has an address. */
import { groupBy } from '../mesh/grouping';
import type { Labels } from '../mesh/labels';
import { perMesh } from '../mesh/memo';
import type { Mesh } from '../mesh/mesh';
import { type Proxy, isWaypoint, proxies, proxyOf, runsProxy } from '../mesh/proxy';
import type { Endpoint, Service } from '../mesh/service';
import { endpointsOfPort, services } from '../mesh/services';
import { type Pod, pods } from '../mesh/workloads';

/** What answers at an address. */
export interface Party {
  /** `WORKLOAD.NAMESPACE`, or the address where nothing is known of it. */
  readonly name: string;
  readonly kind: 'workload' | 'outside';
  readonly labels: Labels;
  /** The proxy that stands before it, where there is one. */
  readonly proxy: Proxy | undefined;
}

/** The party at an address. */
export function partyAt(mesh: Mesh, address: string): Party {
  const known = byAddress(mesh).get(address);
  return known ?? { name: address, kind: 'outside', labels: {}, proxy: undefined };
}

const byAddress = perMesh((mesh) => {
  const parties = new Map<string, Party>();
  for (const proxy of proxies(mesh)) if (!proxy.workload) parties.set(proxy.ip, ofProxy(proxy));
  for (const pod of pods(mesh)) parties.set(pod.ip, ofPod(mesh, pod));
  return parties;
});

function ofPod(mesh: Mesh, pod: Pod): Party {
  const { workload, labels } = pod;
  const proxy = runsProxy(workload) && !isWaypoint(workload) ? proxyOf(mesh, pod) : undefined;
  return { name: `${workload.name}.${workload.namespace}`, kind: 'workload', labels, proxy };
}

const ofProxy = (proxy: Proxy): Party => ({
  name: `${proxy.name}.${proxy.namespace}`,
  kind: 'workload',
  labels: proxy.labels,
  proxy,
});

/** The service whose address it is, which hands connections on to its endpoints. */
export function serviceAt(mesh: Mesh, address: string, port: number): Service | undefined {
  return byVirtualAddress(mesh)
    .get(address)
    ?.find(({ ports }) => ports.some(({ number }) => number === port));
}

const byVirtualAddress = perMesh((mesh) =>
  groupBy(
    services(mesh).filter(({ registry }) => registry === 'Kubernetes'),
    ({ addresses }) => addresses[0] ?? '',
  ),
);

/** The endpoints among which the nodes spread connections to a service. */
export const healthyEndpoints = (mesh: Mesh, service: Service, port: number): readonly Endpoint[] =>
  endpointsOfPort(mesh, service, port).filter(({ health }) => health === 'healthy');

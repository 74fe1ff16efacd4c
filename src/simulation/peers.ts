/** Who has an address. */
import { isCarried } from '../mesh/ambient/ambient';
import { groupBy } from '../mesh/grouping';
import type { Labels } from '../mesh/workloads/labels';
import { perMesh } from '../mesh/memo';
import type { Mesh } from '../mesh/mesh';
import { type Proxy, isWaypoint, proxies, proxyOf, runsProxy } from '../mesh/workloads/proxy';
import type { HopProxy } from './journey';
import type { Endpoint, Service } from '../mesh/services/service';
import { endpointsOfPort, services } from '../mesh/services/services';
import { type Pod, pods } from '../mesh/workloads/workloads';

/** What answers at an address. */
export interface Peer {
  /** `WORKLOAD.NAMESPACE`, or the address where nothing is known of it. */
  readonly name: string;
  readonly kind: 'workload' | 'outside' | 'cluster';
  readonly workload: string;
  readonly namespace: string;
  readonly labels: Labels;
  /** The proxy that stands before it, where there is one. */
  readonly proxy: Proxy | undefined;
  /** The pod that has the address, where there is one. */
  readonly pod?: Pod;
  /** Whether ztunnel carries what it gets. */
  readonly isAmbient: boolean;
}

/** The party at an address. */
export function partyAt(mesh: Mesh, address: string): Peer {
  const known = byAddress(mesh).get(address);
  return known ?? outsider(address);
}

/** Somebody of whom no more is known than an address; or, where there is no mesh to look into, than the cluster of Envoy's. */
export const outsider = (name: string, kind: 'outside' | 'cluster' = 'outside'): Peer => ({
  name,
  kind,
  workload: name,
  namespace: '',
  labels: {},
  proxy: undefined,
  isAmbient: false,
});

const byAddress = perMesh((mesh) => {
  const parties = new Map<string, Peer>();
  for (const proxy of proxies(mesh))
    if (!proxy.workload) parties.set(proxy.ip, { ...partyOf(proxy), proxy, isAmbient: false });
  for (const pod of pods(mesh)) parties.set(pod.ip, ofPod(mesh, pod));
  return parties;
});

function ofPod(mesh: Mesh, pod: Pod): Peer {
  const { workload, labels } = pod;
  if (runsProxy(workload) && !isWaypoint(workload)) {
    const proxy = proxyOf(mesh, pod);
    return { ...partyOf(proxy), proxy, pod, isAmbient: false };
  }
  const { name, namespace } = workload;
  return {
    name: `${name}.${namespace}`,
    kind: 'workload',
    workload: name,
    namespace,
    labels,
    proxy: undefined,
    pod,
    isAmbient: isCarried(mesh, workload),
  };
}

/** The workload behind a proxy. */
export const partyOf = (proxy: HopProxy): Omit<Peer, 'proxy' | 'isAmbient'> => ({
  name: `${proxy.name}.${proxy.namespace}`,
  kind: 'workload',
  workload: proxy.name,
  namespace: proxy.namespace,
  labels: proxy.labels,
});

/** The service whose address it is, which hands connections on to its endpoints. */
export function serviceAt(mesh: Mesh, address: string, port: number): Service | undefined {
  return byVirtualAddress(mesh)
    .get(address)
    ?.find(({ ports }) => ports.some(({ number }) => number === port));
}

/** The service that has an address, whatever its ports. */
export const ownerOf = (mesh: Mesh, address: string): Service | undefined => byVirtualAddress(mesh).get(address)?.[0];

const byVirtualAddress = perMesh((mesh) =>
  groupBy(
    services(mesh).filter(({ isInCluster }) => isInCluster),
    ({ addresses }) => addresses[0] ?? '',
  ),
);

/** The endpoints among which the nodes spread connections to a service. */
export const healthyEndpoints = (mesh: Mesh, service: Service, port: number): readonly Endpoint[] =>
  endpointsOfPort(mesh, service, port).filter(({ health }) => health === 'healthy');

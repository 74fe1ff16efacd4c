/** Calls from and to workloads in ambient mode. */
import { ingressWaypoint, isCarried, waypointOfService, ztunnelMtls } from '../mesh/ambient';
import type { Mesh } from '../mesh/mesh';
import { isGateway, runsProxy } from '../mesh/proxy';
import type { Service } from '../mesh/service';
import type { Workload } from '../mesh/workloads';
import type { Call } from './connection';
import type { Peer } from './permission';
import { scopeOfWorkload } from './transport';
import { ztunnelPermission } from './ztunnel';

/** What comes of a call. */
export type Verdict = Pick<Call, 'transports' | 'allowed' | 'policies'>;

/** A call to a port of the pods of a workload. */
export interface Attempt {
  readonly client: Workload;
  readonly service: Service;
  readonly server: Workload;
  readonly port: number | undefined;
  /** Who calls, where the connection proves it. */
  readonly peer: Peer;
}

/** Calls that a waypoint gets: what it does with them is not known. Nothing where they go past it. */
export function waypointVerdict(mesh: Mesh, client: Workload, service: Service): Verdict | undefined {
  const waypoint = isCarried(mesh, client)
    ? waypointOfService(mesh, service)
    : runsProxy(client) && isGateway(mesh, client) && ingressWaypoint(mesh, service);
  return waypoint ? { transports: ['mutual-tls'], allowed: 'maybe', policies: [] } : undefined;
}

/** What comes of a call where one side is in ambient mode; nothing where none is. */
export function ambientVerdict(mesh: Mesh, { client, service, server, port, peer }: Attempt): Verdict | undefined {
  const carried = isCarried(mesh, client);
  if (!isCarried(mesh, server)) {
    // Whether ztunnel speaks mutual TLS to sidecars depends on how Istio is installed.
    const isOpen = carried && runsProxy(server) && !isGateway(mesh, server);
    return isOpen ? { transports: ['mutual-tls', 'plaintext'], allowed: 'maybe', policies: [] } : undefined;
  }
  const tunnelled = carried || (runsProxy(client) && isTunnelled(mesh, client, service));
  if (!tunnelled && ztunnelMtls(mesh, server, port).mode === 'STRICT')
    return { transports: ['refused'], allowed: 'no', policies: [] };
  const { allowed, by } = ztunnelPermission(mesh, server, { peer: tunnelled ? peer : undefined, port });
  const policies = by.map(({ namespace, name }) => `${namespace}/${name}`);
  return { transports: [tunnelled ? 'mutual-tls' : 'plaintext'], allowed, policies };
}

/** Whether a proxy knows that the endpoints of a service take tunnels: not where it only passes on what is dialled. */
const isTunnelled = (mesh: Mesh, client: Workload, { hostname, resolution }: Service): boolean =>
  resolution !== 'passthrough' && scopeOfWorkload(mesh, client).service(hostname) !== undefined;

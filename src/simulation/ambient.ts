/** Ambient mode: what waypoints and the ztunnels of servers make of a connection. */
import type { Peer } from './permission';
import { ztunnelPermission } from './ztunnel';
import { waypointOfPod, waypointOfService, ztunnelMtls } from '../mesh/ambient/ambient';
import type { Mesh } from '../mesh/mesh';
import { meshConfig } from '../mesh/settings/mesh-config';
import { isWaypoint } from '../mesh/workloads/proxy';
import type { Service } from '../mesh/services/service';
import type { Pod } from '../mesh/workloads/workloads';
import { policyName } from './answer';
import type { Refusal } from './journey';
import type { Party } from './parties';
import type { Unfollowed } from './reason';
import type { Dial } from './start';

/** How a connection gets to servers in ambient mode: in a tunnel of mutual TLS, which proves who calls. */
export interface Tunnel {
  /** The ztunnel of a client, which keeps to waypoints, or a proxy that has made its choice already. */
  readonly by: 'ztunnel' | 'proxy';
  readonly peer: Peer;
}

/** The tunnel that begins at somebody. */
export const tunnelOf = (
  mesh: Mesh,
  by: Tunnel['by'],
  { namespace, serviceAccount }: Pick<Peer, 'namespace' | 'serviceAccount'>,
): Tunnel => ({ by, peer: { trustDomain: meshConfig(mesh).trustDomain, namespace, serviceAccount } });

/** Why a connection to a service cannot be followed: the client's ztunnel sends it to a waypoint. */
export function serviceBarrier(mesh: Mesh, { tunnel }: Dial, service: Service): Unfollowed | undefined {
  if (tunnel?.by !== 'ztunnel') return undefined;
  const waypoint = waypointOfService(mesh, service);
  return waypoint && { kind: 'behind waypoint', server: serviceTitle(service), waypoint };
}

/** The same of a connection to a party that was not dialled as a service. */
export function podBarrier(mesh: Mesh, { tunnel }: Dial, { name, pod }: Party): Unfollowed | undefined {
  if (tunnel?.by !== 'ztunnel' || !pod || isWaypoint(pod.workload)) return undefined;
  const waypoint = waypointOfPod(mesh, pod);
  return waypoint && { kind: 'behind waypoint', server: name, waypoint };
}

/** The same of a connection that has got as far as a party: to a waypoint, or from a ztunnel to a sidecar. */
export function partyBarrier({ tunnel }: Dial, { name, pod, proxy }: Party): Unfollowed | undefined {
  if (pod && isWaypoint(pod.workload)) return { kind: 'waypoint', name };
  if (tunnel?.by !== 'ztunnel' || proxy?.kind !== 'sidecar') return undefined;
  return { kind: 'ztunnel to sidecar', server: name };
}

/** `cart.shop`, or the host of a ServiceEntry. */
export const serviceTitle = ({ registry, name, namespace, hostname }: Service): string =>
  registry === 'Kubernetes' ? `${name}.${namespace}` : hostname;

/** Which policies have the ztunnel of a pod close a connection to it; undefined where none does. */
export function closedByZtunnel(mesh: Mesh, pod: Pod, { source, destination, tunnel }: Dial): Refusal | undefined {
  const { port } = destination;
  const peer = tunnel?.peer;
  const { mode, field } = ztunnelMtls(mesh, pod, port);
  if (mode === 'STRICT' && !peer && field) return { denied: true, policies: [policyName(field.resource)] };
  const caller = { peer, source: source.address, destination: destination.address, port };
  const { allowed, by } = ztunnelPermission(mesh, pod, caller);
  if (allowed !== 'no') return undefined;
  const deniedBy = by.filter(({ value }) => value.spec?.action === 'DENY');
  const policies = deniedBy.length > 0 ? deniedBy : by;
  return { denied: deniedBy.length > 0, policies: policies.map(policyName) };
}

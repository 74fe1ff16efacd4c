/** The waypoints of services and workloads, as ztunnel knows them. */
import { type Waypoint, waypointHost } from '../../mesh/ambient/ambient';
import type { Mesh } from '../../mesh/mesh';
import { waypointGateway } from '../../mesh/ambient/waypoints';
import type { GatewayAddress, Workload } from '../../ztunnel/config';

/** The port at which waypoints take tunnels. */
const HBONE_PORT = 15008;

/** Where a waypoint takes tunnels; undefined where there is none, or none in the input. */
export function waypointAddress(mesh: Mesh, waypoint: Waypoint | undefined): GatewayAddress | undefined {
  if (!waypoint || waypoint.missing) return undefined;
  const { namespace } = waypoint;
  return { hboneMtlsPort: HBONE_PORT, hostname: { hostname: waypointHost(mesh, waypoint), namespace } };
}

const BINDING = 'ambient.istio.io/waypoint-inbound-binding';

/** How a ztunnel hands tunnels to a waypoint that it captures: its Gateway or GatewayClass says so. istio: makeInboundBinding */
export function waypointBinding(
  mesh: Mesh,
  gateway: { readonly name: string; readonly namespace: string },
): Workload['applicationTunnel'] {
  const { metadata, value } = waypointGateway(mesh, gateway) ?? {};
  const ofClass = mesh.all('GatewayClass').find(({ name }) => name === value?.spec?.gatewayClassName);
  const text = metadata?.annotations?.[BINDING] ?? ofClass?.metadata.annotations?.[BINDING];
  const [, protocol, port] = /^(NONE|PROXY)(?:\/(.*))?$/.exec(text ?? '') ?? [];
  if (protocol === undefined) return undefined;
  const number = /^\d+$/.test(port ?? '') ? Number(port) : 0;
  return { ...(protocol === 'PROXY' && { protocol }), ...(number > 0 && { port: number }) };
}

/** The cluster that a destination stands for. */
import type { Service } from '../../mesh/services/service';
import type { Destination } from '../../schema/kinds/networking';
import { isHttp, isSniffed } from '../../mesh/services/protocol';
import { waypointResources } from '../../mesh/ambient/waypoint-resources';
import { type Push, perPush } from '../context';
import { subsetKey } from '../subset-key';

/**
 * A destination without a port leads to the port that the client asked for, except where its service has only one. Only a route
 * of the Gateway API can have no host, where its backend is not valid. istio: route.GetDestinationCluster
 */
export function destinationCluster(
  { host = '', port, subset = '' }: Destination,
  service: Service | undefined,
  listenPort: number,
): string {
  if (host === '') return 'UnknownService';
  const [only, ...others] = service?.ports ?? [];
  const implied = only && others.length === 0 ? only.number : listenPort;
  return subsetKey('outbound', subset, service?.externalName || host, port ? (port.number ?? 0) : implied);
}

/** The hosts of the services that a waypoint serves. */
export const servedHosts = perPush(
  ({ mesh, proxy }) => new Map(waypointResources(mesh, proxy).services.map((service) => [service.hostname, service])),
);

/**
 * The same for the routes of a waypoint, which itself sends on what is for the services that it serves.
 * istio: getWaypointDestinationCluster
 */
export function waypointDestination(
  push: Push,
  destination: Destination,
  service: Service | undefined,
  listenPort: number,
): string {
  const { host = '', port, subset = '' } = destination;
  if (host === '') return 'UnknownService';
  const [only, ...others] = service?.ports ?? [];
  const implied = only && others.length === 0 ? only.number : listenPort;
  const number = port ? (port.number ?? 0) : implied;
  if (service && !servedHosts(push).has(service.hostname)) return subsetKey('outbound', subset, host, number);
  const protocol = protocolAt(service, number);
  return subsetKey('inbound-vip', subset === '' ? protocol : `${protocol}/${subset}`, host, number);
}

/** The kind of chain that a port of a service has in a waypoint. istio: portToSubset */
function protocolAt(service: Service | undefined, number: number): 'http' | 'tcp' {
  const port = service?.ports.find((each) => each.number === number);
  return !port || isHttp(port.protocol) || isSniffed(port.protocol) ? 'http' : 'tcp';
}

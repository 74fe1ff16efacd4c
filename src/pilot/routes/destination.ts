/** The cluster that a destination stands for. */
import type { Service } from '../../mesh/service';
import type { Destination } from '../../schema/kinds/networking';
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

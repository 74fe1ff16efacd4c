/** On which ports requests can arrive at the gateways of a VirtualService, where the input shows all of them. */
import { configs } from '../../../mesh/settings/configs';
import { gatewayNamed } from '../../../mesh/gateways/gateways';
import { isWildcard } from '../../../mesh/services/hostname';
import type { Mesh } from '../../../mesh/mesh';
import { servicesByHost } from '../../../mesh/services/services';
import type { VirtualService } from '../../../mesh/traffic/virtual-services';
import { exportedTo } from '../../../mesh/traffic/visibility';

/** The ports of a gateway (`mesh` is one); undefined where there may be others. */
export const portsOf =
  (mesh: Mesh, virtualService: VirtualService) =>
  (gateway: string): readonly number[] | undefined => {
    if (gateway === 'mesh') return meshPorts(mesh, virtualService);
    const servers = gatewayNamed(mesh, gateway, virtualService.namespace)?.each('spec.servers[]');
    return servers && [...new Set(servers.flatMap(({ value }) => value.port?.number ?? []))];
  };

/** Those of the services that it is for. To a proxy that does not know these, the routes are for every port. */
function meshPorts(mesh: Mesh, { hosts }: VirtualService): readonly number[] | undefined {
  if (configs(mesh, 'Sidecar').length > 0) return undefined;
  const called = hosts.map(({ name }) => {
    const found = isWildcard(name) ? [] : [...(servicesByHost(mesh).get(name)?.values() ?? [])];
    const isKnownToAll = found.some((service) => exportedTo(mesh, service) === 'everywhere');
    return isKnownToAll ? found : undefined;
  });
  if (called.includes(undefined)) return undefined;
  return [...new Set(called.flatMap((found) => found!.flatMap(({ ports }) => ports.map(({ number }) => number))))];
}

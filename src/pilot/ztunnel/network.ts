import ipaddr from 'ipaddr.js';
import { NETWORK } from '../../mesh/gateway-api/auto-passthrough';
import type { Mesh } from '../../mesh/mesh';
import { perMesh } from '../../mesh/memo';
import { networkOf } from '../../mesh/workloads/locality';
import type { GatewayAddress } from '../../ztunnel/config';

/** The network of the cluster; empty where the mesh has only one. */
export const localNetwork = (mesh: Mesh): string => networkOf(mesh, '', {});

/**
 * Where the ztunnels of other networks send connections to a network: a Gateway of class istio-remote with its label and an HBONE
 * listener. Its status has the addresses of its specification. istio: getNetworkGatewayAddress, localK8sGatewayToNetworkGateways
 */
export const networkGatewayOf = (mesh: Mesh, network: string): GatewayAddress | undefined =>
  remoteGateways(mesh).get(network);

const remoteGateways = perMesh((mesh) => {
  const found = new Map<string, GatewayAddress>();
  for (const { namespace, value, metadata } of mesh.all('KubernetesGateway')) {
    const network = metadata.labels?.[NETWORK];
    const { gatewayClassName, listeners = [], addresses = [] } = value.spec ?? {};
    const port = listeners.find(({ protocol }) => protocol === 'HBONE')?.port;
    const address = addresses.find(({ type = 'IPAddress' }) => type === 'IPAddress' || type === 'Hostname')?.value;
    if (!network || !port || !address || gatewayClassName !== 'istio-remote' || found.has(network)) continue;
    const place = ipaddr.isValid(address)
      ? { address: { network, address } }
      : { hostname: { namespace, hostname: address } };
    found.set(network, { ...place, hboneMtlsPort: port });
  }
  return found;
});

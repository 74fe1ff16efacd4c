import type {
  MeshNetwork,
  MeshNetworkIstioNetworkGateway,
  MeshNetworkNetworkEndpoints,
  MeshNetworks,
} from '../../kinds/mesh';
import { isAddress } from '../../ip';
import { each, fields, spelt, values } from '../checks';
import { subnet } from '../values/addresses';
import { fqdn, hostWithoutWildcard, label } from '../values/hosts';
import { port } from '../values/numbers';

const endpoint = fields<MeshNetworkNetworkEndpoints>({ fromCidr: subnet, fromRegistry: spelt(label) });

// Names of hosts are resolved unless istiod is told otherwise. istio: features.ResolveHostnameGateways
const address = spelt((text) =>
  isAddress(text) || !fqdn(text) ? undefined : { because: 'is neither an IP address nor the name of a host' },
);

const gateway = fields<MeshNetworkIstioNetworkGateway>({ registryServiceName: hostWithoutWildcard, address }, (part) =>
  port(part.at('port').as(part.value.port ?? 0)),
);

/** istio: agent.ValidateMeshNetworks */
export const meshNetworks = fields<MeshNetworks>({
  networks: values(fields<MeshNetwork>({ endpoints: each(endpoint), gateways: each(gateway) })),
});

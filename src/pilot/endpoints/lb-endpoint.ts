/** One endpoint in Envoy's words. */
import type { Address, LbEndpoint } from '../../envoy/config';
import { canonicalService } from '../../mesh/canonical-service';
import { CLUSTER } from '../../mesh/locality';
import type { Endpoint } from '../../mesh/service';
import { hostPort } from '../host-port';

const DRAINING = 'istio.io/draining';

/** Whether it should get no new work: its label says so. */
export const isDraining = ({ labels }: Endpoint): boolean => Boolean(labels[DRAINING]);

/** istio: buildEnvoyLbEndpoint */
export function lbEndpoint(endpoint: Endpoint, mtls: boolean): LbEndpoint {
  const tunnel = supportsTunnel(endpoint) && endpoint.tlsMode !== 'istio';
  return {
    endpoint: { address: tunnel ? throughTunnel(endpoint) : addressOf(endpoint) },
    ...healthOf(endpoint),
    loadBalancingWeight: endpoint.weight || 1,
    metadata: {
      filterMetadata: {
        ...(mtls && tlsMode(endpoint.tlsMode)),
        istio: { workload: workloadOf(endpoint) },
        ...(tunnel && tunnelMetadata(endpoint)),
      },
    },
  };
}

/** Of what was written down as an address, nobody knows. */
function healthOf(endpoint: Endpoint): Pick<LbEndpoint, 'healthStatus'> {
  if (isDraining(endpoint)) return { healthStatus: 'DRAINING' };
  if (WRITTEN.has(endpoint.field.resource.kind)) return {};
  return { healthStatus: endpoint.health === 'unhealthy' ? 'UNHEALTHY' : 'HEALTHY' };
}

const WRITTEN = new Set(['ServiceEntry', 'WorkloadEntry']);

const MATCH = 'envoy.transport_socket_match';

const tlsMode = (mode: string) => (mode === 'disabled' || mode === '' ? {} : { [MATCH]: { tlsMode: mode } });

/** A port of an address, or a socket in the file system. istio: util.BuildAddress */
export const addressOf = ({ address, port }: Pick<Endpoint, 'address' | 'port'>): Address =>
  port === 0 ? { pipe: { path: address.replace(/^unix:\/\//, '') } } : { socketAddress: { address, portValue: port } };

/** What telemetry of clients says of the server, in few letters. istio: util.AppendLbEndpointMetadata */
function workloadOf({ workloadName, namespace, labels }: Endpoint): string {
  const { name, revision } = canonicalService(labels, workloadName);
  return [workloadName, namespace, name, revision === 'latest' ? '' : revision, CLUSTER].join(';');
}

/** Whether it is behind a waypoint or takes part in HBONE by itself. istio: supportTunnel */
function supportsTunnel({ labels }: Endpoint): boolean {
  if (labels['gateway.istio.io/managed'] === 'istio.io-mesh-controller') return true;
  return labels['networking.istio.io/tunnel']?.split(',').includes('http') ?? false;
}

const throughTunnel = ({ address, port }: Endpoint): Address => ({
  envoyInternalAddress: { serverListenerName: 'connect_originate', endpointId: hostPort(address, port) },
});

const tunnelMetadata = ({ address, port }: Endpoint) => ({
  'envoy.filters.listener.original_dst': { local: hostPort(address, port) },
  [MATCH]: { tunnel: 'http' },
});

/** Whether it is called with mutual TLS. istio: isMtlsEnabled */
export const isMtls = ({ metadata }: LbEndpoint): boolean => metadata?.filterMetadata?.[MATCH]?.tlsMode === 'istio';

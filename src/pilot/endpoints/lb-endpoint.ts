/** One endpoint in Envoy's words. */
import type { Address, LbEndpoint } from '../../envoy/config';
import { canonicalService } from '../../mesh/workloads/canonical-service';
import { MANAGED, WAYPOINT_MANAGED } from '../../mesh/gateways/gateway-deployments';
import { CLUSTER } from '../../mesh/workloads/locality';
import type { Mesh } from '../../mesh/mesh';
import type { Endpoint } from '../../mesh/services/service';
import { takesTunnels } from '../../mesh/ambient/waypoint-resources';
import { hostPort } from '../host-port';

const DRAINING = 'istio.io/draining';

/** Whether it should get no new work: its label says so, or its pod is shutting down and still serves. */
export const isDraining = ({ labels, health }: Endpoint): boolean => health === 'draining' || Boolean(labels[DRAINING]);

/** How an endpoint is called. */
export interface EndpointTransport {
  readonly mtls: boolean;
  /** Whether a waypoint calls it, which uses HBONE wherever it can. */
  readonly fromWaypoint: boolean;
  /** What is asked of the endpoint, where it is a waypoint that serves somebody else. */
  readonly target?: string | undefined;
}

/** istio: buildEnvoyLbEndpoint */
export function lbEndpoint(mesh: Mesh, endpoint: Endpoint, transport: EndpointTransport): LbEndpoint {
  const { mtls, fromWaypoint, target } = transport;
  const isChosen = endpoint.tlsMode !== 'istio' || fromWaypoint;
  const tunnel = target !== undefined || (isChosen && supportsTunnel(mesh, endpoint));
  return {
    endpoint: { address: tunnel ? throughTunnel(endpoint) : addressOf(endpoint) },
    ...healthOf(endpoint),
    loadBalancingWeight: endpoint.weight || 1,
    metadata: {
      filterMetadata: {
        ...(mtls && tlsMode(endpoint.tlsMode)),
        istio: { workload: workloadOf(endpoint) },
        ...(tunnel && { [ORIGINAL_DESTINATION]: destinationOf(endpoint, target) }),
        ...(tunnel && !fromWaypoint && { [MATCH]: { tunnel: 'http' } }),
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

/** Whether it is a waypoint, takes part in HBONE by itself, or a ztunnel does so for it. istio: supportTunnel */
const supportsTunnel = (mesh: Mesh, endpoint: Endpoint): boolean =>
  endpoint.labels[MANAGED] === WAYPOINT_MANAGED || takesTunnels(mesh, endpoint);

const throughTunnel = ({ address, port }: Endpoint): Address => ({
  envoyInternalAddress: { serverListenerName: 'connect_originate', endpointId: hostPort(address, port) },
});

const ORIGINAL_DESTINATION = 'envoy.filters.listener.original_dst';

/** istio: util.BuildTunnelMetadataStruct */
function destinationOf({ address, port }: Endpoint, target: string | undefined): Record<string, string> {
  const own = hostPort(address, port);
  return target === undefined ? { local: own } : { local: target, waypoint: own };
}

/** Whether it is called with mutual TLS. istio: isMtlsEnabled */
export const isMtls = ({ metadata }: LbEndpoint): boolean => metadata?.filterMetadata?.[MATCH]?.['tlsMode'] === 'istio';

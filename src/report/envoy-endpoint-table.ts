/** Endpoints as `istioctl proxy-config endpoints` shows them. */
import type { Address, Cluster, ClusterLoadAssignment, EnvoyConfig } from '../envoy/config';
import { columns } from './columns';
import { compare } from './envoy-cluster-table';

const HEADS = ['ENDPOINT', 'STATUS', 'OUTLIER CHECK', 'CLUSTER'];

interface Row {
  readonly address: string;
  readonly port: number;
  readonly status: string;
  readonly cluster: string;
}

/** A table of endpoints by address: those that are sent to the proxy, and those that its clusters hold. */
export function endpointTable({ endpoints, clusters }: Pick<EnvoyConfig, 'endpoints' | 'clusters'>): string {
  const rows = [...endpoints, ...clusters.flatMap(held)].flatMap(rowsOf);
  rows.sort(
    (one, other) => compare(one.address, other.address) || one.port - other.port || compare(one.cluster, other.cluster),
  );
  return columns(
    HEADS,
    rows.map(({ address, port, status, cluster }) => [
      port === 0 ? address : `${address}:${port}`,
      status,
      // A proxy that has just started has thrown nobody out.
      'OK',
      cluster,
    ]),
  );
}

const held = ({ loadAssignment }: Cluster): ClusterLoadAssignment[] => (loadAssignment ? [loadAssignment] : []);

const rowsOf = ({ clusterName = '', endpoints = [] }: ClusterLoadAssignment): Row[] =>
  endpoints.flatMap(({ lbEndpoints = [] }) =>
    lbEndpoints.map(({ endpoint, healthStatus = 'UNKNOWN' }) => ({
      ...placeOf(endpoint?.address ?? {}),
      status: healthStatus === 'UNKNOWN' ? 'HEALTHY' : healthStatus,
      cluster: clusterName,
    })),
  );

function placeOf({ socketAddress, pipe, envoyInternalAddress }: Address): { address: string; port: number } {
  if (socketAddress) return { address: socketAddress.address ?? '', port: socketAddress.portValue ?? 0 };
  if (pipe) return { address: `unix://${pipe.path}`, port: 0 };
  const { serverListenerName, endpointId } = envoyInternalAddress ?? {};
  return { address: `envoy://${serverListenerName}/${endpointId}`, port: 0 };
}

import type { Cluster, LbEndpoint } from '../config';
import type { EndpointShare, Upstream } from '../run/outcome';
import type { Run } from '../run/run';
import { endpointShares } from './endpoints';
import { upstreamTls } from './transport';

/** The endpoints that a request or connection to a cluster may reach; none where there is nobody to take it. */
export function upstreamOf(run: Run, cluster: Cluster, originalHost?: string): Upstream {
  const upstream = {
    clusterName: cluster.name ?? '',
    cluster,
    endpoints: endpointsOf(run, cluster, originalHost),
  };
  run.trace.step('endpoint', cluster, () => unknown(run, cluster) ?? describe(upstream));
  return upstream;
}

/** As `upstreamOf`, unrecorded. */
export function endpointsOf(run: Run, cluster: Cluster, originalHost?: string): readonly EndpointShare[] {
  if (unknown(run, cluster)) return [anyEndpoint(run)];
  switch (cluster.type ?? 'STATIC') {
    case 'ORIGINAL_DST':
      return originalDestination(run, cluster, originalHost);
    case 'EDS': {
      const assignment = run.lookup.endpoints.get(cluster.edsClusterConfig?.serviceName || (cluster.name ?? ''));
      return assignment ? endpointShares(cluster, assignment) : [];
    }
    case 'STATIC':
    case 'STRICT_DNS':
    case 'LOGICAL_DNS':
      return cluster.loadAssignment
        ? endpointShares(cluster, cluster.loadAssignment).map((share) => throughOwnListener(run, share))
        : [];
  }
}

/** Into a listener of the same proxy that is told nothing of an endpoint: it leads to the address that the client asked for. */
function throughOwnListener({ arrival: { destination } }: Run, share: EndpointShare): EndpointShare {
  const { tunnel } = share;
  return tunnel && share.port === undefined ? { ...share, ...destination } : share;
}

/** Why nothing can be said of a cluster's endpoints. */
function unknown({ config }: Run, { clusterType, type }: Cluster): string | undefined {
  if (clusterType)
    return `clusters of type "${clusterType.name ?? ''}" are not simulated; it is taken to find an endpoint`;
  const untold = type === 'EDS' && config.endpointsUnknown;
  return untold ? 'the configuration has no endpoints; assuming one' : undefined;
}

const anyEndpoint = ({ arrival: { payload, destination } }: Run): EndpointShare => ({
  address: (payload.kind === 'http' && payload.authority) || destination.address,
  share: 1,
  priority: 0,
});

/** envoy: OriginalDstCluster: the address that the client dialled, or that a header names. */
function originalDestination(run: Run, cluster: Cluster, host: string | undefined): EndpointShare[] {
  const { destination } = run.arrival;
  const { useHttpHeader, upstreamPortOverride } = cluster.originalDstLbConfig ?? {};
  const named = useHttpHeader && host ? /^\[?(.*?)\]?:(\d+)$/.exec(host) : undefined;
  const address = named?.[1] ?? destination.address;
  const port = upstreamPortOverride ?? (named ? Number(named[2]) : destination.port);
  const tls = upstreamTls(cluster, undefined);
  return [{ address, port, share: 1, priority: 0, ...(tls && { tls }) }];
}

/** The name of a DNS cluster's endpoint, to which `autoHostRewrite` sets the authority. */
export function hostnameOf(cluster: Cluster, endpoint: LbEndpoint | undefined): string | undefined {
  if (endpoint?.endpoint?.hostname) return endpoint.endpoint.hostname;
  const resolves = cluster.type === 'STRICT_DNS' || cluster.type === 'LOGICAL_DNS';
  return resolves ? endpoint?.endpoint?.address?.socketAddress?.address : undefined;
}

function describe({ clusterName, endpoints }: Upstream): string {
  if (!endpoints.length) return `cluster "${clusterName}" has no endpoint that takes requests`;
  const addresses = endpoints.map(({ address, port }) => (port === undefined ? address : `${address}:${port}`));
  const first = addresses.slice(0, 3).join(', ');
  return addresses.length > 3
    ? `one of ${first} and ${addresses.length - 3} more`
    : `one of ${first}`.replace(/^one of ([^,]*)$/, '$1');
}

import type { Cluster, ClusterLoadAssignment, LbEndpoint, LocalityLbEndpoints, Metadata } from '../config';
import type { EndpointShare } from '../run/outcome';
import { perObject } from '../run/lookup';
import { type Priority, isHealthy, prioritiesOf } from './priority';
import { upstreamTls } from './transport';

/** The endpoints that a cluster spreads its requests over, each with its share. */
export function endpointShares(cluster: Cluster, assignment: ClusterLoadAssignment): readonly EndpointShare[] {
  return sharesOf(cluster)(assignment);
}

const sharesOf = perObject((cluster: Cluster) =>
  perObject((assignment: ClusterLoadAssignment): EndpointShare[] =>
    prioritiesOf(cluster, assignment).flatMap((priority) => sharesIn(cluster, priority)),
  ),
);

function sharesIn(cluster: Cluster, { priority, localities, load, panic }: Priority): EndpointShare[] {
  if (load === 0) return [];
  const weighed = localities.flatMap((group) =>
    usable(group, panic).map((endpoint) => ({ group, endpoint, weight: weightOf(cluster, group, endpoint, panic) })),
  );
  const total = weighed.reduce((sum, { weight }) => sum + weight, 0);
  return weighed
    .filter(({ weight }) => weight > 0)
    .map(({ group, endpoint, weight }) => ({
      ...addressOf(endpoint),
      share: (load * weight) / total,
      priority,
      ...(group.locality && { locality: group.locality }),
      endpoint,
      ...tlsOf(cluster, endpoint),
    }));
}

const usable = ({ lbEndpoints }: LocalityLbEndpoints, panic: boolean): LbEndpoint[] =>
  (lbEndpoints ?? []).filter((endpoint) => panic || isHealthy(endpoint));

// Localities have weights of their own only where the cluster balances by them; else all endpoints of a priority stand in one row.
function weightOf(cluster: Cluster, group: LocalityLbEndpoints, endpoint: LbEndpoint, panic: boolean): number {
  const own = cluster.lbPolicy === 'RANDOM' ? 1 : (endpoint.loadBalancingWeight ?? 1);
  if (!cluster.commonLbConfig?.localityWeightedLbConfig) return own;
  const together = usable(group, panic).reduce((sum, each) => sum + (each.loadBalancingWeight ?? 1), 0);
  const available = Math.min(1, (1.4 * usable(group, panic).length) / (group.lbEndpoints?.length ?? 1));
  return ((group.loadBalancingWeight ?? 0) * available * own) / together;
}

function addressOf({ endpoint, metadata }: LbEndpoint): Pick<EndpointShare, 'address' | 'port' | 'tunnel'> {
  const { socketAddress, pipe, envoyInternalAddress } = endpoint?.address ?? {};
  if (socketAddress) return { address: socketAddress.address ?? '', port: socketAddress.portValue ?? 0 };
  if (!envoyInternalAddress) return { address: pipe?.path ?? '' };
  return throughListener(envoyInternalAddress.serverListenerName ?? '', metadata);
}

/** What a listener of the same proxy is asked for: the address that the metadata names, behind a waypoint where it names one. */
function throughListener(listener: string, metadata: Metadata | undefined): ReturnType<typeof addressOf> {
  const { local, waypoint } = metadata?.filterMetadata?.['envoy.filters.listener.original_dst'] ?? {};
  const asked = hostAndPort(local);
  if (!asked) return { address: listener, tunnel: { listener } };
  const via = hostAndPort(waypoint);
  return { ...asked, tunnel: { listener, ...(via && { waypoint: via }) } };
}

function hostAndPort(text: unknown): { address: string; port: number } | undefined {
  const [, address = '', port = ''] = (typeof text === 'string' && /^\[?(.*?)\]?:(\d+)$/.exec(text)) || [];
  return address === '' ? undefined : { address, port: Number(port) };
}

function tlsOf(cluster: Cluster, endpoint: LbEndpoint): Pick<EndpointShare, 'tls'> {
  const tls = upstreamTls(cluster, endpoint);
  return tls ? { tls } : {};
}

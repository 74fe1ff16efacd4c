/** EnvoyFilters over clusters. */
import type { Cluster, Extension } from '../../envoy/config';
import { serviceAt } from '../clusters/inbound';
import type { Push } from '../context';
import { parseSubsetKey } from '../subset-key';
import { TypeMismatch, instead, merged, mergedAny } from './merge';
import { type Context, type Patch, hasPatches, merges, patchesFor } from './patches';

/** The clusters of a proxy as its EnvoyFilters want them. istio: clusterPatcher */
export function patchedClusters(push: Push, clusters: Cluster[]): Cluster[] {
  if (!hasPatches(push)) return clusters;
  if (push.proxy.kind === 'gateway') return eachOnce(patchedList(push, 'GATEWAY', clusters));
  if (push.proxy.kind === 'waypoint') return patchedWaypoint(push, clusters);
  return eachOnce([
    ...patchedList(
      push,
      'SIDECAR_OUTBOUND',
      clusters.filter((cluster) => !isInbound(cluster)),
    ),
    ...patchedList(push, 'SIDECAR_INBOUND', clusters.filter(isInbound)),
  ]);
}

/** Whether a cluster leads to the proxy's own workload. */
export const isInbound = ({ name = '' }: Cluster): boolean =>
  name.startsWith('inbound|') || name === 'InboundPassthroughCluster';

/** Clusters of services may have doubles, others may not. istio: ClusterBuilder.normalizeClusters */
function eachOnce(clusters: readonly Cluster[]): Cluster[] {
  const seen = new Set<string | undefined>();
  return clusters.filter(({ name }) => {
    if (name?.startsWith('outbound|')) return true;
    const isNew = !seen.has(name);
    seen.add(name);
    return isNew;
  });
}

/** Only clusters to what it does not serve are patched, and only others for what comes in are added. */
function patchedWaypoint(push: Push, clusters: readonly Cluster[]): Cluster[] {
  const patches = patchesFor(push, 'SIDECAR_OUTBOUND', 'CLUSTER');
  const patched = clusters.flatMap((cluster) =>
    cluster.name?.startsWith('outbound|') ? patchedCluster(push, patches, cluster) : [cluster],
  );
  return eachOnce([...patched, ...addedClusters(push, 'SIDECAR_INBOUND')]);
}

function patchedList(push: Push, context: Context, clusters: readonly Cluster[]): Cluster[] {
  const patches = patchesFor(push, context, 'CLUSTER');
  return [...clusters.flatMap((cluster) => patchedCluster(push, patches, cluster)), ...addedClusters(push, context)];
}

const addedClusters = (push: Push, context: Context): Cluster[] =>
  patchesFor(push, context, 'CLUSTER').flatMap(({ operation, match, value }) =>
    operation === 'ADD' && (context !== 'SIDECAR_INBOUND' || match.context === context) ? [value as Cluster] : [],
  );

/** None, where a patch removes it. istio: ApplyClusterMerge */
function patchedCluster(push: Push, patches: readonly Patch[], original: Cluster): Cluster[] {
  let cluster = original;
  for (const patch of patches) {
    if (!isForCluster(push, patch, cluster)) continue;
    if (patch.operation === 'REMOVE') return [];
    try {
      if (merges(patch)) cluster = mergedCluster(push, cluster, patch);
    } catch (error) {
      if (error instanceof TypeMismatch) return [cluster];
      throw error;
    }
  }
  return [cluster];
}

/** Whether a patch is for a cluster. istio: clusterMatch */
export function isForCluster(push: Push, { match }: Patch, { name = '' }: Cluster): boolean {
  const { cluster: wanted } = match;
  if (!wanted) return true;
  if (wanted.name) return wanted.name === name;
  const { direction = '', subset = '', host = '', port = 0 } = parseSubsetKey(name) ?? {};
  const hosts = direction === 'inbound' ? hostsAt(push, port) : [host];
  return (
    (!wanted.subset || wanted.subset === subset) &&
    (!wanted.service || hosts.includes(wanted.service)) &&
    (!wanted.portNumber || wanted.portNumber === port)
  );
}

/** The services behind a port of the workload. */
function hostsAt(push: Push, port: number): readonly string[] {
  if (push.scope.ingress.length > 0) return [serviceAt(push, port).hostname];
  return push.proxy.targets.filter(({ targetPort }) => targetPort === port).map(({ service }) => service.hostname);
}

/** Where a patch has a socket, nothing else of it counts. istio: mergeTransportSocketCluster */
function mergedCluster(push: Push, cluster: Cluster, patch: Patch): Cluster {
  const { transportSocket: wanted } = patch.value as Cluster;
  if (!wanted) return merged(push, cluster, patch);
  const { transportSocketMatches: choices = [], transportSocket } = cluster;
  if (choices.length === 0)
    return instead(push, cluster, { ...cluster, transportSocket: mergedSocket(push, transportSocket, wanted) });
  const at = choices.findIndex((choice) => choice.transportSocket?.name === wanted.name);
  if (at < 0) return cluster;
  const transportSocketMatches = choices.map((choice, index) =>
    index === at ? { ...choice, transportSocket: mergedSocket(push, choice.transportSocket, wanted) } : choice,
  );
  return instead(push, cluster, { ...cluster, transportSocketMatches });
}

/** A socket of another name takes the place of the one there is. */
function mergedSocket(push: Push, socket: Extension | undefined, wanted: Extension): Extension {
  if (socket?.name !== wanted.name) return wanted;
  if (!socket?.typedConfig || !wanted.typedConfig) return socket ?? wanted;
  return instead(push, socket, { ...socket, typedConfig: mergedAny(push, socket.typedConfig, wanted.typedConfig) });
}

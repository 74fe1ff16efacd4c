import { upstreamOf } from '../cluster/cluster';
import type { Extension, TcpProxy, TcpWeightedCluster } from '../config';
import type { Connection } from '../run/connection';
import type { Closed, Forwarded } from '../run/outcome';
import type { Run } from '../run/run';

/** Where filters before leave the cluster that a connection goes to. */
export const CLUSTER_STATE = 'envoy.tcp_proxy.cluster';

/** Passes a connection on to a cluster. envoy: TcpProxy::Filter. */
export function proxyTcp(run: Run, connection: Connection, filter: Extension): Closed | Forwarded {
  const config = filter.typedConfig as TcpProxy;
  const clusterName = connection.filterState.get(CLUSTER_STATE) ?? config.cluster ?? drawCluster(run, config);
  const { tunnelingConfig: tunnel } = config;
  run.trace.step('network filter', filter, () =>
    tunnel ? `a tunnel to "${tunnel.hostname ?? ''}" through cluster "${clusterName}"` : `to cluster "${clusterName}"`,
  );
  const cluster = run.lookup.clusters.get(clusterName);
  if (!cluster) {
    run.trace.step('cluster', undefined, () => `cluster "${clusterName}" does not exist`);
    return { kind: 'closed', by: 'cluster', flags: ['NC'] };
  }
  run.trace.step('cluster', cluster);
  const upstream = upstreamOf(run, cluster);
  if (!upstream.endpoints.length) return { kind: 'closed', by: 'cluster', flags: ['UH'], clusterName };
  const hash = config.hashPolicy?.length ? { hashedBy: `the client's address ${connection.source.address}` } : {};
  return { kind: 'forwarded', flags: [], upstream: { ...upstream, ...hash }, encrypted: false };
}

function drawCluster(run: Run, { weightedClusters }: TcpProxy): string {
  const clusters = weightedClusters?.clusters ?? [];
  const weights = clusters.map(({ weight = 0 }) => weight);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const chosen = clusters[run.chance.draw(weights)];
  const says = ({ weight = 0 }: TcpWeightedCluster): string => `it gets ${weight} of ${total} connections`;
  const others = run.trace.explains ? clusters.filter((each) => each !== chosen) : [];
  run.trace.step('weighted cluster', chosen, () => (chosen ? says(chosen) : 'no cluster has a weight'), {
    rejected: others.map((candidate) => ({ candidate, because: says(candidate) })),
  });
  return chosen?.name ?? '';
}

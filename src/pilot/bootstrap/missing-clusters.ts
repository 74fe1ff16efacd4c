/** Clusters that a running Istio sets up elsewhere, or that nobody does: Envoy does not start without them. */
import type { Cluster } from '../../envoy/config';
import { rewritten } from './stand-alone';
import type { Notes } from './secrets';

/** Fields that name a cluster which must exist; what routes name need not. */
const REFERENCES = ['clusterName', 'collectorCluster', 'cluster'] as const;
const HOLDERS = new Set(['envoyGrpc', 'typedConfig', 'httpUri', 'httpService', 'server']);

/** A cluster without endpoints for each that is named and not there. */
export function missingClusters(resources: { clusters: readonly Cluster[] } & object, notes: Notes): Cluster[] {
  const present = new Set(resources.clusters.map(({ name }) => name));
  const missing = new Set<string>();
  rewritten(resources, (value, key) => {
    if (!HOLDERS.has(key) || isTcpProxy(value)) return value;
    for (const field of REFERENCES) {
      const name = (value as Record<string, unknown>)[field];
      if (typeof name === 'string' && name !== '' && !present.has(name)) missing.add(name);
    }
    return value;
  });
  return [...missing].map((name) => {
    notes.add(`the cluster "${name}" has no endpoints: it is not among those that the control plane sends`);
    return { name, type: 'STATIC', connectTimeout: '1s', loadAssignment: { clusterName: name } };
  });
}

const isTcpProxy = (value: object): boolean => String((value as { '@type'?: string })['@type']).endsWith('.TcpProxy');

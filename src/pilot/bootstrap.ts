/** A configuration with which an Envoy starts that has no control plane: everything that it would be sent is in it. */
import type { Bootstrap, Cluster, EnvoyConfig } from '../envoy/config';
import type { Proxy } from '../mesh/workloads/proxy';
import { missingClusters } from './bootstrap/missing-clusters';
import { type Certificates, type Notes, inlineSecrets } from './bootstrap/secrets';
import { standAlone } from './bootstrap/stand-alone';

/** What Envoy starts with, and one sentence for each thing that is not as Istio would have it. */
export interface StartingPoint {
  readonly bootstrap: Bootstrap;
  readonly notes: readonly string[];
}

/** The configuration of a proxy for an Envoy of its own. Pods are endpoints, with the addresses that they have in the mesh. */
export function bootstrap(proxy: Proxy, config: EnvoyConfig, certificates: Certificates): StartingPoint {
  const notes: Notes = new Set();
  const resources = {
    listeners: standAlone(config.listeners, config.routes, notes),
    clusters: standAlone(withEndpoints(config), config.routes, notes),
  };
  const { value, secrets } = inlineSecrets(resources, certificates, notes);
  const absent = missingClusters(value, notes);
  return {
    bootstrap: {
      node: { id: `${proxy.kind === 'gateway' ? 'router' : 'sidecar'}~${proxy.ip}~${proxy.id}`, cluster: proxy.name },
      admin: { address: { socketAddress: { address: '127.0.0.1', portValue: 15000 } } },
      ...(isInternal(value) && { bootstrapExtensions: [INTERNAL_LISTENER] }),
      staticResources: { ...value, clusters: [...value.clusters, ...absent], ...(secrets.length > 0 && { secrets }) },
    },
    notes: [...notes],
  };
}

/** Clusters whose endpoints would be sent hold them instead. */
function withEndpoints({ clusters, endpoints }: EnvoyConfig): Cluster[] {
  const assignments = new Map(endpoints.map((each) => [each.clusterName, each]));
  return clusters.map((cluster) => {
    if (cluster.type !== 'EDS') return cluster;
    const { edsClusterConfig, ...rest } = cluster;
    const name = edsClusterConfig?.serviceName || cluster.name;
    return { ...rest, type: 'STATIC', loadAssignment: assignments.get(name) ?? { clusterName: name ?? '' } };
  });
}

/** Whether a listener takes connections of the same Envoy, or a cluster opens some. */
const isInternal = (value: object): boolean => /"(envoyInternalAddress|internalListener)"/.test(JSON.stringify(value));

const INTERNAL_LISTENER = {
  name: 'envoy.bootstrap.internal_listener',
  typedConfig: {
    '@type': 'type.googleapis.com/envoy.extensions.bootstrap.internal_listener.v3.InternalListener',
  },
};

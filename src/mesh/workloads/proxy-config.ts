/** The ProxyConfig that holds for one proxy. */
import type { KindMap } from '../../schema/kinds';
import type { MeshProxyConfig } from '../../schema/kinds/mesh';
import type { Resource } from '../../source/resource';
import { configsIn } from '../settings/configs';
import { type Labels, selects } from './labels';
import type { Mesh } from '../mesh';
import { meshConfig, overProxyConfig, readProxyConfig, rootNamespace } from '../settings/mesh-config';

type ProxyConfig = Resource<KindMap['ProxyConfig']>;

/** A proxy as far as its configuration depends on it. */
export interface Configured {
  readonly namespace: string;
  readonly labels: Labels;
  readonly annotations: Labels;
}

/**
 * MeshConfig's, over it the root namespace's, over it the namespace's, then the pod's annotation, and over all the one that
 * selects the pod. istio: ProxyConfigs.EffectiveProxyConfig
 */
export function proxyConfigOf(mesh: Mesh, { namespace, labels, annotations }: Configured): MeshProxyConfig {
  const root = rootNamespace(mesh);
  const annotation = annotations['proxy.istio.io/config'];
  const layers = [
    fromResource(namespaceProxyConfig(mesh, root)),
    namespace === root ? undefined : fromResource(namespaceProxyConfig(mesh, namespace)),
    annotation === undefined ? undefined : readProxyConfig(mesh, annotation),
    fromResource(workloadProxyConfig(mesh, namespace, labels)),
  ];
  return layers.reduce<MeshProxyConfig>(
    (merged, layer) => (layer ? overProxyConfig(merged, layer) : merged),
    meshConfig(mesh).defaultConfig,
  );
}

/** The oldest ProxyConfig of a namespace without a selector. */
const namespaceProxyConfig = (mesh: Mesh, namespace: string): ProxyConfig | undefined =>
  configsIn(mesh, 'ProxyConfig', namespace).find(({ value }) => !value.spec?.selector);

/** The oldest ProxyConfig of a namespace that selects a pod. */
const workloadProxyConfig = (mesh: Mesh, namespace: string, labels: Labels): ProxyConfig | undefined =>
  configsIn(mesh, 'ProxyConfig', namespace).find(({ value }) => {
    const { matchLabels = {} } = value.spec?.selector ?? {};
    return Object.keys(matchLabels).length > 0 && selects(matchLabels, labels);
  });

/** istio: model.toMeshConfigProxyConfig */
function fromResource(resource: ProxyConfig | undefined): MeshProxyConfig | undefined {
  const { concurrency, environmentVariables, image } = resource?.value.spec ?? {};
  return {
    ...(concurrency !== undefined && { concurrency }),
    ...(environmentVariables && { proxyMetadata: environmentVariables }),
    ...(image && { image }),
  };
}

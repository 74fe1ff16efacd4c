import { type Mesh } from '../mesh/mesh';
import { servicesByHost } from '../mesh/services/services';
import { subsetKey } from './subset-key';

/** The service of a provider, and the cluster that leads to it. */
export interface ProviderCluster {
  readonly hostname: string;
  readonly cluster: string;
}

/**
 * What the `service` of a provider means, `host` or `namespace/host`; undefined where there is no such service, or where several
 * namespaces have one. istio: model.LookupCluster
 */
export function providerCluster(mesh: Mesh, service = '', port = 0): ProviderCluster | undefined {
  const parts = service.split('/');
  const [namespace, host = ''] = parts.length === 2 ? parts : [undefined, service];
  const candidates = servicesByHost(mesh).get(host);
  const isFound = namespace === undefined ? candidates?.size === 1 : candidates?.has(namespace);
  return isFound ? { hostname: host, cluster: subsetKey('outbound', '', host, port) } : undefined;
}

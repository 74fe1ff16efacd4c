import { overProxyConfig, readProxyConfig } from '../mesh/settings/mesh-config';
import type { MeshProxyConfig } from '../schema/kinds/mesh';
import { type Push, perPush } from './context';

/** The ProxyConfig of a proxy: the mesh's, and over it what its pod's annotation says. istio: NodeMetadata.ProxyConfigOrDefault */
export const proxyConfig: (push: Push) => MeshProxyConfig = perPush(({ mesh, meshConfig, proxy }) => {
  const annotation = proxy.annotations['proxy.istio.io/config'];
  const own = annotation === undefined ? undefined : readProxyConfig(mesh, annotation);
  return own ? overProxyConfig(meshConfig.defaultConfig, own) : meshConfig.defaultConfig;
});

/** What the proxy adds to and hides from requests by itself. istio: util.GetProxyHeaders */
export const proxyHeaders = (push: Push): NonNullable<MeshProxyConfig['proxyHeaders']> =>
  proxyConfig(push).proxyHeaders ?? {};

/** How Envoy names the servers that spans go to. */
import type {
  MeshConfigExtensionProviderHttpHeader as HttpHeader,
  MeshConfigExtensionProviderHttpService as HttpService,
} from '../../schema/kinds/mesh';
import { protoDuration } from '../duration';
import type { ProviderCluster } from '../provider-cluster';

/** A gRPC service of a provider. */
export const grpcService = ({ hostname, cluster }: ProviderCluster) => ({
  envoyGrpc: { clusterName: cluster, authority: hostname },
});

/** istio: buildHTTPHeaders. The value may be in the control plane's environment, which is not known. */
export function headersToAdd(headers: readonly HttpHeader[] = []): { requestHeadersToAdd?: object[] } {
  const added = headers.map((header) => ({ appendAction: 'OVERWRITE_IF_EXISTS_OR_ADD', header: headerValue(header) }));
  return added.length > 0 ? { requestHeadersToAdd: added } : {};
}

/** A header as Envoy writes it down. */
export const headerValue = ({ name, value }: HttpHeader) => ({ ...(name && { key: name }), ...(value && { value }) });

/** How HTTP is spoken to a service of a provider. */
export const httpService = (uri: string, cluster: string, { timeout, headers }: HttpService) => ({
  httpUri: { uri, cluster, ...(timeout !== undefined && { timeout: protoDuration(timeout) }) },
  ...headersToAdd(headers),
});

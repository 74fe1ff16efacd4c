/** Asks a server of one's own whether a request or connection may pass: envoy.filters.http.ext_authz, envoy.filters.network.ext_authz. */
import type { HttpFilter, ListStringMatcher, MetadataMatcher, NetworkFilter } from '../../envoy/config';
import { alphabetically } from '../../mesh/services/hostname';
import type {
  MeshConfigExtensionProviderEnvoyExternalAuthorizationGrpcProvider as GrpcProvider,
  MeshConfigExtensionProviderEnvoyExternalAuthorizationHttpProvider as HttpProvider,
} from '../../schema/kinds/mesh';
import type { Push } from '../context';
import { protoDuration } from '../duration';
import { message } from '../message';
import { type ProviderCluster, providerCluster } from '../provider-cluster';
import { statusCode } from '../status-code';

/** A provider of MeshConfig that can be asked. */
interface Found {
  readonly server: ProviderCluster;
  readonly http?: HttpProvider;
  readonly grpc?: GrpcProvider | undefined;
}

const NAME = /^(?!-)[a-z0-9-]{1,63}(?<!-)$/;

/** Why a provider cannot be asked about requests. */
export type ExtAuthzFault = 'undefined' | 'other-kind' | 'name' | 'port' | 'status' | 'settings' | 'service';

type Providers = Pick<Push, 'mesh' | 'meshConfig'>;

/** Whether a provider can be asked: it is declared for this, and without faults. istio: processExtensionProvider */
export const findsExtAuthz = (push: Providers, provider: string): boolean =>
  extAuthzFault(push, provider) === undefined;

/** Why a provider cannot be asked; undefined where it can. */
export function extAuthzFault(push: Providers, provider: string): ExtAuthzFault | undefined {
  const found = providerOf(push, provider);
  return typeof found === 'string' ? found : undefined;
}

function providerOf({ mesh, meshConfig }: Providers, name: string): Found | ExtAuthzFault {
  const provider = meshConfig.extensionProviders.find((each) => each.name === name);
  if (!provider) return 'undefined';
  const { envoyExtAuthzHttp: http, envoyExtAuthzGrpc: grpc } = provider;
  const settings = http ?? grpc;
  if (!settings) return 'other-kind';
  if (!NAME.test(name)) return 'name';
  if (!isPort(settings.port)) return 'port';
  if (!isStatus(settings.statusOnError)) return 'status';
  if (http && !isSound(http)) return 'settings';
  const server = providerCluster(mesh, settings.service, settings.port);
  if (!server) return 'service';
  return http ? { server, http } : { server, grpc };
}

const isPort = (port = 0): boolean => port >= 1 && port <= 65535;

const isStatus = (status = ''): boolean => status === '' || statusCode(status) !== undefined;

const HEADER_LISTS = [
  'includeRequestHeadersInCheck',
  'includeHeadersInCheck',
  'headersToDownstreamOnDeny',
  'headersToDownstreamOnAllow',
  'headersToUpstreamOnAllow',
] as const;

/** istio: buildExtAuthzHTTP */
function isSound(provider: HttpProvider): boolean {
  const { pathPrefix = '' } = provider;
  return (
    (pathPrefix === '' || pathPrefix.startsWith('/')) && !HEADER_LISTS.some((list) => provider[list]?.includes('*'))
  );
}

/** The filter that asks a provider about what RBAC has marked; undefined where a provider of HTTP would be asked about TCP. */
export function extAuthz(
  push: Push,
  provider: string,
  protocol: 'http' | 'tcp',
): (HttpFilter & NetworkFilter) | undefined {
  const found = providerOf(push, provider);
  if (typeof found === 'string') return undefined;
  const { server, http, grpc } = found;
  const name = `envoy.filters.${protocol === 'http' ? 'http' : 'network'}.ext_authz`;
  const common = { filterEnabledMetadata: marked(provider, protocol), transportApiVersion: 'V3' };
  if (protocol === 'tcp')
    return grpc && { name, typedConfig: message(NETWORK_TYPE, { ...common, ...networkConfig(grpc, server) }) };
  const content = http ? httpConfig(http, server) : httpConfigForGrpc(grpc ?? {}, server);
  return {
    name,
    typedConfig: message('envoy.extensions.filters.http.ext_authz.v3.ExtAuthz', { ...common, ...content }),
  };
}

const NETWORK_TYPE = 'envoy.extensions.filters.network.ext_authz.v3.ExtAuthz';

/** istio: generateFilterMatcherForProvider */
const marked = (provider: string, protocol: 'http' | 'tcp'): MetadataMatcher => ({
  filter: `envoy.filters.${protocol === 'http' ? 'http' : 'network'}.rbac`,
  path: [{ key: 'istio_ext_authz_shadow_effective_policy_id' }],
  value: { stringMatch: { prefix: `istio-ext-authz-${provider}` } },
});

const timeoutOf = ({ timeout }: HttpProvider | GrpcProvider): string =>
  timeout === undefined ? '600s' : protoDuration(timeout);

const networkConfig = (provider: GrpcProvider, server: ProviderCluster): object => ({
  statPrefix: 'tcp.',
  ...(provider.failOpen && { failureModeAllow: true }),
  grpcService: grpcService(provider, server),
});

const httpConfigForGrpc = (provider: GrpcProvider, server: ProviderCluster): object => ({
  ...commonHttp(provider),
  grpcService: grpcService(provider, server),
});

const grpcService = (provider: GrpcProvider, { cluster, hostname }: ProviderCluster): object => ({
  envoyGrpc: { clusterName: cluster, authority: hostname },
  timeout: timeoutOf(provider),
});

/** istio: generateHTTPConfig */
function httpConfig(provider: HttpProvider, { cluster, hostname }: ProviderCluster): object {
  const { pathPrefix, includeAdditionalHeadersInCheck = {} } = provider;
  const asked = headers(provider.includeRequestHeadersInCheck) ?? headers(provider.includeHeadersInCheck);
  const added = Object.entries(includeAdditionalHeadersInCheck).sort(([one], [other]) => alphabetically(one, other));
  const response = authorizationResponse(provider);
  return {
    ...commonHttp(provider),
    ...(asked && { allowedHeaders: asked }),
    httpService: {
      serverUri: { uri: `http://${hostname}`, cluster, timeout: timeoutOf(provider) },
      ...(pathPrefix && { pathPrefix }),
      ...(added.length > 0 && {
        authorizationRequest: { headersToAdd: added.map(([key, value]) => ({ key, ...(value && { value }) })) },
      }),
      ...(response && { authorizationResponse: response }),
    },
  };
}

function authorizationResponse(provider: HttpProvider): object | undefined {
  const upstream = headers(provider.headersToUpstreamOnAllow);
  const onDeny = headers(provider.headersToDownstreamOnDeny);
  const onAllow = headers(provider.headersToDownstreamOnAllow);
  if (!upstream && !onDeny && !onAllow) return undefined;
  return {
    ...(upstream && { allowedUpstreamHeaders: upstream }),
    ...(onDeny && { allowedClientHeaders: onDeny }),
    ...(onAllow && { allowedClientHeadersOnSuccess: onAllow }),
  };
}

function commonHttp({ statusOnError, failOpen, includeRequestBodyInCheck: body }: HttpProvider | GrpcProvider): object {
  return {
    ...(statusOnError && { statusOnError: { code: statusCode(statusOnError) } }),
    ...(failOpen && { failureModeAllow: true }),
    ...(body && {
      withRequestBody: {
        ...(body.maxRequestBytes && { maxRequestBytes: body.maxRequestBytes }),
        ...(body.allowPartialMessage && { allowPartialMessage: true }),
        ...(body.packAsBytes && { packAsBytes: true }),
      },
    }),
  };
}

/** istio: generateHeaders */
function headers(names: readonly string[] = []): ListStringMatcher | undefined {
  if (names.length === 0) return undefined;
  return {
    patterns: names.map((name) => {
      if (name.startsWith('*')) return { suffix: name.slice(1), ignoreCase: true };
      return { ...(name.endsWith('*') ? { prefix: name.slice(0, -1) } : { exact: name }), ignoreCase: true };
    }),
  };
}

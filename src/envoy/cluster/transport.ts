import type { Cluster, Extension, LbEndpoint, TransportSocketMatch, UpstreamTlsContext } from '../config';
import { typeOf } from '../run/typed';
import type { UpstreamTls } from '../run/outcome';
import { secretsIn } from '../run/secrets';
import { wanted } from '../match/string';
import { own } from '../own';

const TLS = 'envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext';

const INTERNAL = 'envoy.extensions.transport_sockets.internal_upstream.v3.InternalUpstreamTransport';

/** How the proxy speaks TLS to an endpoint of the cluster; undefined for plaintext. envoy: TransportSocketMatcherImpl::resolve. */
export function upstreamTls(cluster: Cluster, endpoint: LbEndpoint | undefined): UpstreamTls | undefined {
  const match = cluster.transportSocketMatches?.find((each) => suits(each, endpoint));
  const socket = unwrapped(match ? match.transportSocket : cluster.transportSocket);
  if (!socket || typeOf(socket.typedConfig) !== TLS) return undefined;
  return { ...(match?.name && { match: match.name }), ...tlsOf(socket) };
}

/** Inside a tunnel there may be TLS of its own. */
function unwrapped(socket: Extension | undefined): Extension | undefined {
  if (!socket || typeOf(socket.typedConfig) !== INTERNAL) return socket;
  return (socket.typedConfig as { transportSocket?: Extension }).transportSocket;
}

function suits({ match }: TransportSocketMatch, endpoint: LbEndpoint | undefined): boolean {
  const labels = endpoint?.metadata?.filterMetadata?.['envoy.transport_socket_match'] ?? {};
  return Object.entries(match ?? {}).every(
    ([key, value]) => JSON.stringify(own(labels, key)) === JSON.stringify(value),
  );
}

function tlsOf({ typedConfig }: Extension): UpstreamTls {
  const { sni, commonTlsContext = {} } = typedConfig as UpstreamTlsContext;
  const { combinedValidationContext, alpnProtocols, tlsCertificateSdsSecretConfigs } = commonTlsContext;
  const validation = combinedValidationContext?.defaultValidationContext ?? commonTlsContext.validationContext ?? {};
  const names = [
    ...(validation.matchSubjectAltNames ?? []),
    ...(validation.matchTypedSubjectAltNames ?? []).map(({ matcher = {} }) => matcher),
  ];
  const certificate = tlsCertificateSdsSecretConfigs?.[0]?.name;
  return {
    ...(sni && { sni }),
    ...(alpnProtocols && { alpn: alpnProtocols }),
    subjectAltNames: names.map((name) => name.exact ?? wanted(name)),
    ...(certificate && { certificate }),
    secrets: secretsIn(commonTlsContext),
  };
}

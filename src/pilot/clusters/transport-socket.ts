/** Transport sockets: how bytes get to an endpoint. */
import type { Any, Extension, UpstreamTlsContext } from '../../envoy/config';

const typed = <Message extends object>(name: string, type: string, message: Message): Extension => {
  const typedConfig: Any & Message = { '@type': `type.googleapis.com/${type}`, ...message };
  return { name, typedConfig };
};

const RAW_BUFFER = 'envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer';

/** The same under the name that Envoy's own examples use. */
const RAW: Extension = typed('raw_buffer', RAW_BUFFER, {});

/** In plain text. */
export const plainText: Extension = typed('envoy.transport_sockets.raw_buffer', RAW_BUFFER, {});

/** With TLS. */
export const tlsSocket = (context: Omit<UpstreamTlsContext, '@type'>): Extension =>
  typed('envoy.transport_sockets.tls', 'envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext', context);

const PROXY_PROTOCOL = 'envoy.transport_sockets.upstream_proxy_protocol';

/** With the address of the client told first, in the words of the PROXY protocol. istio: applyUpstreamProxyProtocol */
export function proxyProtocolSocket(version: 'V1' | 'V2', inner: Extension | undefined): Extension {
  const transportSocket = inner ?? RAW;
  return typed(PROXY_PROTOCOL, 'envoy.extensions.transport_sockets.proxy_protocol.v3.ProxyProtocolUpstreamTransport', {
    config: version === 'V1' ? {} : { version },
    transportSocket,
  });
}

const INTERNAL = 'envoy.extensions.transport_sockets.internal_upstream.v3.InternalUpstreamTransport';
const HOST_METADATA = ['envoy.filters.listener.original_dst', 'istio'].map((name) => ({ kind: { host: {} }, name }));

/** Into a listener of the same proxy, which is told nothing more. istio: InternalUpstreamTransportSocket */
export const internalSocket = (transportSocket: Extension = RAW, name = 'internal_upstream'): Extension =>
  typed(name, INTERNAL, { transportSocket });

/** Into a listener of the same proxy, which is told where the endpoint is. istio: WaypointInternalUpstreamTransportSocket */
export const waypointSocket = (transportSocket: Extension = RAW): Extension =>
  typed('internal_upstream', INTERNAL, { passthroughMetadata: HOST_METADATA, transportSocket });

/** The same from sidecars and gateways, with what is known of the cluster. istio: hboneTransportSocket */
export const tunnelSocket = (transportSocket: Extension = plainText): Extension =>
  typed('envoy.transport_sockets.internal_upstream', INTERNAL, {
    passthroughMetadata: [HOST_METADATA[0], { kind: { cluster: {} }, name: 'istio' }, HOST_METADATA[1]],
    transportSocket,
  });

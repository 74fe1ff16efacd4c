/** Transport sockets: how bytes get to an endpoint. */
import type { Any, Extension, UpstreamTlsContext } from '../../envoy/config';

const typed = <Message extends object>(name: string, type: string, message: Message): Extension => {
  const typedConfig: Any & Message = { '@type': `type.googleapis.com/${type}`, ...message };
  return { name, typedConfig };
};

const RAW_BUFFER = 'envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer';

/** In plain text. */
export const plainText: Extension = typed('envoy.transport_sockets.raw_buffer', RAW_BUFFER, {});

/** With TLS. */
export const tlsSocket = (context: Omit<UpstreamTlsContext, '@type'>): Extension =>
  typed('envoy.transport_sockets.tls', 'envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext', context);

const PROXY_PROTOCOL = 'envoy.transport_sockets.upstream_proxy_protocol';

/** With the address of the client told first, in the words of the PROXY protocol. istio: applyUpstreamProxyProtocol */
export function proxyProtocolSocket(version: 'V1' | 'V2', inner: Extension | undefined): Extension {
  const transportSocket = inner ?? typed('raw_buffer', RAW_BUFFER, {});
  return typed(PROXY_PROTOCOL, 'envoy.extensions.transport_sockets.proxy_protocol.v3.ProxyProtocolUpstreamTransport', {
    config: version === 'V1' ? {} : { version },
    transportSocket,
  });
}

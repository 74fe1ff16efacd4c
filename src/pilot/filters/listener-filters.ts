/** What looks at a connection before a filter chain is chosen for it. */
import type { ListenerFilter } from '../../envoy/config';
import { message } from '../message';

const listenerFilter = (name: string, type: string, content: object = {}): ListenerFilter => ({
  name: `envoy.filters.listener.${name}`,
  typedConfig: message(`envoy.extensions.filters.listener.${name}.v3.${type}`, content),
});

/** Tells TLS from plain text, and reads server name and ALPN. */
export const tlsInspector = listenerFilter('tls_inspector', 'TlsInspector', { initialReadBufferSize: 512 });

/** Tells HTTP in plain text from everything else. */
export const httpInspector = listenerFilter('http_inspector', 'HttpInspector');

/** Restores the address that the client dialled. */
export const originalDestination = listenerFilter('original_dst', 'OriginalDst');

/** Calls the workload from the address of the client. */
export const originalSource = listenerFilter('original_src', 'OriginalSrc', { mark: 1337 });

/** Reads the PROXY protocol of a load balancer. */
export const proxyProtocol = listenerFilter('proxy_protocol', 'ProxyProtocol');

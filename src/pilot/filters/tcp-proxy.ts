import type { NetworkFilter, TcpProxy } from '../../envoy/config';
import { message } from '../message';

/** Sends bytes on, the last filter of a chain that carries no HTTP. */
export const tcpProxy = (content: TcpProxy): NetworkFilter => ({
  name: 'envoy.filters.network.tcp_proxy',
  typedConfig: message('envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy', content),
});

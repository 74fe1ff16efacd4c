import type { DownstreamTlsContext, Extension } from '../../envoy/config';
import { message } from '../message';

/** `transportSocket` of a chain that ends TLS; nothing where there is none. istio: buildDownstreamTLSTransportSocket */
export const tlsSocket = (context: DownstreamTlsContext | undefined): { transportSocket?: Extension } =>
  context
    ? {
        transportSocket: {
          name: 'envoy.transport_sockets.tls',
          typedConfig: message('envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext', context),
        },
      }
    : {};

import type { HttpFilter } from '../../envoy/config';
import { message } from '../message';

const overridden = (upstreamProtocol: string, istio: string, standard: string): object => ({
  ...(upstreamProtocol !== 'HTTP10' && { upstreamProtocol }),
  alpnOverride: [istio, 'istio', standard],
});

/** Offers the protocols by which a sidecar tells HTTP that another sidecar has seen from what it has not. istio: filters.Alpn */
export const alpn: HttpFilter = {
  name: 'istio.alpn',
  typedConfig: message('istio.envoy.config.filter.http.alpn.v2alpha1.FilterConfig', {
    alpnOverride: [
      overridden('HTTP10', 'istio-http/1.0', 'http/1.0'),
      overridden('HTTP11', 'istio-http/1.1', 'http/1.1'),
      overridden('HTTP2', 'istio-h2', 'h2'),
    ],
  }),
};

/** Routes where nobody has written any. */
import type { Protocol } from '../../mesh/services/protocol';
import { isGrpc } from '../../mesh/services/protocol';
import type { HashPolicy, Route } from '../../envoy/config';
import type { MeshConfig } from '../../mesh/settings/mesh-config';
import { timeouts } from './forward';
import { retryPolicy } from './retry';

/** To a service that has no VirtualService. istio: route.BuildDefaultHTTPOutboundRoute, buildSidecarVirtualHostForService */
export function defaultOutboundRoute(
  cluster: string,
  operation: string,
  { defaultHttpRetryPolicy }: MeshConfig,
  hashPolicy: HashPolicy[],
): Route {
  const retry = retryPolicy(defaultHttpRetryPolicy, 'free');
  return {
    ...defaultRoute(operation),
    route: {
      cluster,
      ...timeouts(undefined),
      ...(retry && { retryPolicy: retry }),
      ...(hashPolicy.length > 0 && { hashPolicy }),
    },
  };
}

/** To the application that the proxy stands before. istio: route.BuildDefaultHTTPInboundRoute */
export function defaultInboundRoute(cluster: string, operation: string, protocol: Protocol): Route {
  return {
    ...defaultRoute(operation),
    route: {
      cluster,
      timeout: '0s',
      maxStreamDuration: { maxStreamDuration: '0s', grpcTimeoutHeaderMax: '0s' },
      // gRPC streams do not stand it.
      ...(!isGrpc(protocol) && { retryPolicy: { retryOn: 'reset-before-request', numRetries: 2 } }),
    },
  };
}

const defaultRoute = (operation: string): Route => ({
  name: 'default',
  match: { prefix: '/' },
  decorator: { operation },
});

/** What becomes of requests to hosts that a sidecar does not know. */
import type { Route, VirtualHost } from '../../envoy/config';
import type { Push } from '../context';
import { from } from '../origins';
import { proxyHeaders } from '../proxy-headers';
import { destinationCluster } from './destination';
import { timeouts } from './forward';
import { attemptCount } from './virtual-hosts';

/** istio: buildCatchAllVirtualHost */
export function catchAllVirtualHost(push: Push): VirtualHost {
  const { origins, scope } = push;
  const { mode, egressProxy, field } = scope.outbound;
  switch (mode) {
    case 'ALLOW_ANY_DYNAMIC_DNS':
      return from(origins, field, forwardAll(push, 'allow_any_dynamic_dns', 'AllowAnyDynamicDNSCluster'));
    case 'ALLOW_ANY': {
      const cluster = egressProxy ? destinationCluster(egressProxy, undefined, 0) : 'PassthroughCluster';
      return from(origins, field, forwardAll(push, 'allow_any', cluster));
    }
    case 'REGISTRY_ONLY':
      return from(origins, field, everything(push, 'block_all', { directResponse: { status: 502 } }));
  }
}

function forwardAll(push: Push, name: string, cluster: string): VirtualHost {
  const appendXForwardedHost = proxyHeaders(push).xForwardedHost?.enabled;
  return everything(push, name, {
    route: { cluster, ...timeouts(undefined), ...(appendXForwardedHost && { appendXForwardedHost }) },
  });
}

const everything = (push: Push, name: string, action: Pick<Route, 'route' | 'directResponse'>): VirtualHost => ({
  name,
  domains: ['*'],
  routes: [{ name, match: { prefix: '/' }, ...action }],
  ...attemptCount(push),
});

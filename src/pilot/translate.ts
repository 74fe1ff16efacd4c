import type { EnvoyConfig } from '../envoy/config';
import type { Mesh } from '../mesh/mesh';
import type { Proxy } from '../mesh/proxy';
import { clusters } from './clusters';
import { pushFor } from './context';
import { endpoints } from './endpoints';
import { patchedClusters, patchedInboundRoutes, patchedListeners, patchedRoutes } from './envoy-filter';
import { listeners } from './listeners';
import type { Origins } from './origins';
import { routeNames, routes } from './routes';
import { RUNTIME } from './runtime';

/** What a proxy is sent, and which YAML fields its pieces came from. */
export interface Translation {
  readonly config: EnvoyConfig;
  readonly origins: Origins;
}

/** The configuration that the control plane sends to a proxy. istio: BuildListeners, BuildHTTPRoutes, BuildClusters, and EDS */
export function translate(mesh: Mesh, proxy: Proxy): Translation {
  const push = pushFor(mesh, proxy);
  const sent = patchedListeners(push, patchedInboundRoutes(push, listeners(push)));
  const all = patchedClusters(push, clusters(push));
  return {
    config: {
      listeners: sent,
      routes: patchedRoutes(push, routes(push, routeNames(sent))),
      clusters: all,
      endpoints: endpoints(push, all),
      runtime: RUNTIME,
    },
    origins: push.origins,
  };
}

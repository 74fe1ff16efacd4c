import type { EnvoyConfig } from '../envoy/config';
import type { Mesh } from '../mesh/mesh';
import type { Proxy } from '../mesh/proxy';
import { clusters } from './clusters';
import { inboundClusters } from './clusters/inbound';
import { inboundPassthrough } from './clusters/static';
import { pushFor } from './context';
import { endpoints } from './endpoints';
import { hasPatches, patchedClusters, patchedInboundRoutes, patchedListeners, patchedRoutes } from './envoy-filter';
import { listeners } from './listeners';
import { inboundListeners } from './listeners/inbound';
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

/**
 * Of that configuration what connections to the workload of a sidecar run through: a small part of it, however large the mesh. It
 * is complete where EnvoyFilters may lead them anywhere.
 */
export function translateInbound(mesh: Mesh, proxy: Proxy): Translation {
  const push = pushFor(mesh, proxy);
  if (proxy.kind === 'gateway' || hasPatches(push) || push.meshConfig.proxyListenPort <= 0)
    return translate(mesh, proxy);
  const own = [...inboundClusters(push), inboundPassthrough(push)];
  return {
    config: {
      listeners: inboundListeners(push),
      routes: [],
      clusters: own,
      endpoints: endpoints(push, own),
      runtime: RUNTIME,
    },
    origins: push.origins,
  };
}

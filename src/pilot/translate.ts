import type { EnvoyConfig } from '../envoy/config';
import type { Mesh } from '../mesh/mesh';
import type { Proxy } from '../mesh/workloads/proxy';
import { type Service, UNSPECIFIED_ADDRESS } from '../mesh/services/service';
import type { Field } from '../source/field';
import { clusters, tunnelClusters } from './clusters';
import { inboundClusters } from './clusters/inbound';
import { outboundClusters } from './clusters/outbound';
import { blackHole, inboundPassthrough, passthrough } from './clusters/static';
import { type Push, pushFor } from './context';
import { endpoints } from './endpoints';
import { hasPatches, patchedClusters, patchedInboundRoutes, patchedListeners, patchedRoutes } from './envoy-filter';
import { listeners, tunnelStart } from './listeners';
import { httpProxy } from './listeners/http-proxy';
import { inboundListeners, tunnelListeners } from './listeners/inbound';
import { outboundListeners } from './listeners/outbound';
import { virtualOutbound } from './listeners/virtual-outbound';
import type { Origins } from './origins';
import { routeNames, routes } from './routes';
import { RUNTIME } from './runtime';

/** What a proxy is sent, and which YAML fields its pieces came from. */
export interface Translation {
  readonly config: EnvoyConfig;
  readonly origins: Origins;
  /** The field that decides how an outbound cluster connects, by the name of the cluster; none where that is automatic. */
  readonly transports: ReadonlyMap<string, Field>;
}

/** The configuration that the control plane sends to a proxy. istio: BuildListeners, BuildHTTPRoutes, BuildClusters, and EDS */
export function translate(mesh: Mesh, proxy: Proxy): Translation {
  const push = pushFor(mesh, proxy);
  const sent = [...patchedListeners(push, patchedInboundRoutes(push, listeners(push))), ...tunnelStart(push)];
  const all = [...patchedClusters(push, clusters(push)), ...tunnelClusters(push)];
  return {
    config: {
      listeners: sent,
      routes: patchedRoutes(push, routes(push, routeNames(sent))),
      clusters: all,
      endpoints: endpoints(push, all),
      runtime: RUNTIME,
    },
    origins: push.origins,
    transports: push.transports,
  };
}

/**
 * Of that configuration what connections of a sidecar's workload to one service run through: a small part of it, however large the
 * mesh. It is complete where EnvoyFilters may lead them anywhere, and where services may share a listener for TCP.
 */
export function translateOutbound(mesh: Mesh, proxy: Proxy, service: Service): Translation {
  const whole = pushFor(mesh, proxy);
  if (proxy.kind !== 'sidecar' || hasPatches(whole) || mayShareListener(service)) return translate(mesh, proxy);
  const push: Push = { ...whole, scope: whole.scope.only(service.hostname) };
  const sent = [...outboundListeners(push), ...httpProxy(push), ...virtualOutbound(push), ...tunnelStart(push)];
  const known = [...outboundServiceClusters(push), blackHole(push), passthrough(push), ...tunnelClusters(push)];
  return {
    config: {
      listeners: sent,
      routes: routes(push, routeNames(sent)),
      clusters: known,
      endpoints: endpoints(push, known),
      runtime: RUNTIME,
    },
    origins: push.origins,
    transports: push.transports,
  };
}

const mayShareListener = ({ addresses, resolution }: Service): boolean =>
  resolution === 'alias' || (addresses[0] ?? UNSPECIFIED_ADDRESS) === UNSPECIFIED_ADDRESS;

const outboundServiceClusters = (push: Push) =>
  [...push.scope.services.values()].flatMap((service) => outboundClusters(push, service));

/**
 * Of that configuration what connections to the workload of a sidecar run through: a small part of it, however large the mesh. It
 * is complete where EnvoyFilters may lead them anywhere.
 */
export function translateInbound(mesh: Mesh, proxy: Proxy): Translation {
  const push = pushFor(mesh, proxy);
  if (proxy.kind !== 'sidecar' || hasPatches(push) || push.meshConfig.proxyListenPort <= 0)
    return translate(mesh, proxy);
  const own = [...inboundClusters(push), inboundPassthrough(push), ...tunnelClusters(push)];
  return {
    config: {
      listeners: [...inboundListeners(push), ...tunnelListeners(push)],
      routes: [],
      clusters: own,
      endpoints: endpoints(push, own),
      runtime: RUNTIME,
    },
    origins: push.origins,
    transports: push.transports,
  };
}

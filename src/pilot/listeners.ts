/** The listeners of a proxy. */
import type { Listener } from '../envoy/config';
import { isAmbientMesh } from '../mesh/ambient/ambient-mode';
import type { Push } from './context';
import { outboundClass } from './listener-class';
import { gatewayListeners } from './listeners/gateway';
import { httpProxy } from './listeners/http-proxy';
import { connectOriginate } from './listeners/hbone';
import { inboundListeners, tunnelListeners } from './listeners/inbound';
import { outboundListeners } from './listeners/outbound';
import { virtualOutbound } from './listeners/virtual-outbound';
import { waypointListeners } from './listeners/waypoint';

/** istio: ConfigGeneratorImpl.BuildListeners */
export function listeners(push: Push): Listener[] {
  switch (push.proxy.kind) {
    case 'waypoint':
      return waypointListeners(push);
    case 'gateway':
      return gatewayListeners(push);
    case 'sidecar':
      return push.meshConfig.proxyListenPort > 0 ? sidecarListeners(push) : [];
  }
}

const sidecarListeners = (push: Push): Listener[] => [
  ...outboundListeners(push),
  ...httpProxy(push),
  ...virtualOutbound(push),
  ...inboundListeners(push),
  ...tunnelListeners(push),
];

/** Where sidecars and gateways of an ambient mesh open tunnels; EnvoyFilters do not reach it. istio: BuildListeners */
export function tunnelStart(push: Push): Listener[] {
  if (push.proxy.kind === 'waypoint' || !isAmbientMesh(push.mesh)) return [];
  return [connectOriginate(push, outboundClass(push))];
}

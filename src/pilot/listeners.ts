/** The listeners of a proxy. */
import type { Listener } from '../envoy/config';
import type { Push } from './context';
import { gatewayListeners } from './listeners/gateway';
import { httpProxy } from './listeners/http-proxy';
import { inboundListeners } from './listeners/inbound';
import { outboundListeners } from './listeners/outbound';
import { virtualOutbound } from './listeners/virtual-outbound';

/** istio: ConfigGeneratorImpl.BuildListeners */
export function listeners(push: Push): Listener[] {
  if (push.proxy.kind === 'gateway') return gatewayListeners(push);
  if (push.meshConfig.proxyListenPort <= 0) return [];
  return [...outboundListeners(push), ...httpProxy(push), ...virtualOutbound(push), ...inboundListeners(push)];
}

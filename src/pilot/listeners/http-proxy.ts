import type { Listener } from '../../envoy/config';
import type { Push } from '../context';
import { httpConnectionManager, serverSettings } from '../http-connection-manager';
import { filtersBeforeHttp } from '../network-filters';
import { acceptsHttp10 } from '../node-settings';
import { delimited } from '../stat-prefix';
import { listenAddress, listenerName, localAddress } from './address';
import { HANDSHAKE_TIMEOUT } from './outbound-listener';

/** The port at which a workload can use its proxy as a forward proxy, where MeshConfig has one. istio: ListenerBuilder.buildHTTPProxy */
export function httpProxy(push: Push): Listener[] {
  const port = push.meshConfig.proxyHttpPort ?? 0;
  if (port === 0) return [];
  const name = listenerName(localAddress(push), port);
  const manager = httpConnectionManager(push, {
    listeners: 'outbound',
    port,
    protocol: 'HTTP_PROXY',
    statPrefix: delimited(`outbound_${name}`),
    routes: 'http_proxy',
    useRemoteAddress: false,
    settings: {
      ...serverSettings(push, 'outbound'),
      httpProtocolOptions: { allowAbsoluteUrl: true, ...acceptsHttp10(push) },
    },
  });
  const filters = [...filtersBeforeHttp(push, { listeners: 'outbound', port }), manager];
  const listener: Listener = {
    name,
    address: listenAddress(localAddress(push), port),
    trafficDirection: 'OUTBOUND',
    continueOnListenerFiltersTimeout: true,
    maxConnectionsToAcceptPerSocketEvent: 1,
    listenerFiltersTimeout: '0s',
    filterChains: [{ filters, transportSocketConnectTimeout: HANDSHAKE_TIMEOUT }],
  };
  return [listener];
}

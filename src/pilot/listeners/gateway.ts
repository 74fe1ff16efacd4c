/** The listeners of a gateway: one for each port of the Gateways that hold for it. */
import { withoutUndefined } from '../../source/without-undefined';
import type { FilterChain, Listener, NetworkFilter } from '../../envoy/config';
import { type GatewayServer, type ServerPort, isPassthrough, mergedGateways } from '../../mesh/gateways/gateways';
import { isHttp } from '../../mesh/services/protocol';
import { accessLog } from '../access-log';
import { listenerBufferLimit } from '../connection-settings';
import type { Push } from '../context';
import { proxyProtocol, tlsInspector } from '../filters/listener-filters';
import { httpConnectionManager } from '../http-connection-manager';
import { filtersBeforeHttp } from '../network-filters';
import { from } from '../origins';
import { proxyConfig } from '../proxy-headers';
import { delimited } from '../stat-prefix';
import { listenAddress, listenerName, wildcardAddress } from './address';
import { type Chain, anyChain, filterChainMatch } from './chain';
import { gatewaySettings } from './gateway-http';
import { SniHosts, tcpChain, tlsChains } from './gateway-tcp';
import { HANDSHAKE_TIMEOUT } from './outbound-listener';
import { serverTls } from './server-tls';
import { tlsSocket } from './transport-socket';

/** A listener while it is put together; ports with several protocols share it. */
interface Draft {
  readonly bind: string;
  readonly port: number;
  readonly first: GatewayServer | undefined;
  readonly chains: GatewayChain[];
}

/** A chain, and for HTTP the name of its statistics. */
interface GatewayChain {
  readonly chain: Chain;
  readonly statPrefix?: string;
}

/** istio: buildGatewayListeners */
export function gatewayListeners(push: Push): Listener[] {
  const drafts = new Map<string, Draft>();
  const taken = new SniHosts();
  for (const slot of mergedGateways(push.mesh, push.proxy).ports) {
    const bind = slot.bind || wildcardAddress(push);
    const name = listenerName(bind, slot.listenPort);
    const draft = drafts.get(name) ?? { bind, port: slot.listenPort, first: slot.servers[0], chains: [] };
    drafts.set(name, draft);
    draft.chains.push(...chainsOf(push, slot, taken));
  }
  // Envoy refuses listeners without chains.
  return [...drafts.values()].filter(({ chains }) => chains.length > 0).map((draft) => listenerOf(push, draft));
}

/** istio: buildGatewayTCPBasedFilterChains */
function chainsOf(push: Push, { protocol, servers, routeName }: ServerPort, taken: SniHosts): GatewayChain[] {
  if (isHttp(protocol)) {
    const chain = anyChain([], servers[0]?.field);
    return [{ chain: { ...chain, http: { routeName, protocol } } }];
  }
  return servers.flatMap((server) => {
    const { tls } = server.field.value;
    if (tls && isPassthrough(server.field.value)) return tlsChains(push, server, taken).map((chain) => ({ chain }));
    if (tls && server.protocol === 'HTTPS') return [httpsChain(push, server)];
    const chain = tcpChain(push, server);
    if (!chain) return [];
    return [{ chain: tls ? { ...chain, sniHosts: sniHosts(server), tls: serverTls(push, tls, 'tcp') } : chain }];
  });
}

function httpsChain(push: Push, server: GatewayServer): GatewayChain {
  const { field, routeName, protocol } = server;
  const tls = serverTls(push, field.value.tls ?? {}, 'http');
  const chain = { ...anyChain([], field), sniHosts: sniHosts(server), tls, http: { routeName, protocol } };
  return withoutUndefined({ chain, statPrefix: field.value.name });
}

/** The hosts of a server without the namespaces of those who may use them. istio: model.GetSNIHostsForServer */
const sniHosts = ({ hosts }: GatewayServer): string[] => [...new Set(hosts.map((host) => host.split('/')[1] ?? host))];

/** istio: buildGatewayListener */
function listenerOf(push: Push, { bind, port, first, chains }: Draft): Listener {
  const readsTls = chains.some(({ chain }) => chain.sniHosts.length > 0 || chain.tls !== undefined);
  const listenerFilters = [
    ...(proxyConfig(push).gatewayTopology?.proxyProtocol ? [proxyProtocol] : []),
    ...(readsTls ? [tlsInspector] : []),
  ];
  const listener: Listener = {
    name: listenerName(bind, port),
    address: listenAddress(bind, port),
    trafficDirection: 'OUTBOUND',
    ...(listenerFilters.length > 0 && { listenerFilters }),
    maxConnectionsToAcceptPerSocketEvent: 1,
    ...listenerBufferLimit(push),
    ...accessLog(push, 'gateway', 'listener'),
    filterChains: chains.map((each) => chainOf(push, each, bind, port)),
  };
  return from(push.origins, first?.field, listener);
}

function chainOf(push: Push, { chain, statPrefix }: GatewayChain, bind: string, port: number): FilterChain {
  const match = filterChainMatch(chain);
  const prefix = statPrefix || delimited(`outbound_${listenerName(bind, port)}`);
  const built: FilterChain = {
    ...(match && { filterChainMatch: match }),
    filters: chain.http ? httpFilters(push, chain, prefix, port) : [...chain.filters],
    ...tlsSocket(chain.tls),
    transportSocketConnectTimeout: HANDSHAKE_TIMEOUT,
  };
  return from(push.origins, chain.field, built);
}

function httpFilters(push: Push, { http }: Chain, statPrefix: string, port: number): NetworkFilter[] {
  const place = { listeners: 'gateway', port } as const;
  const manager = httpConnectionManager(push, {
    ...place,
    protocol: http!.protocol,
    statPrefix,
    routes: http!.routeName,
    useRemoteAddress: true,
    settings: gatewaySettings(push),
  });
  return [...filtersBeforeHttp(push, place), manager];
}

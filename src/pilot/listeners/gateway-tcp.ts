/** The chains of gateways for what is not HTTP: bytes, and TLS that is passed on as it is. */
import { covers, overlaps } from '../../mesh/services/hostname';
import type { GatewayServer } from '../../mesh/gateways/gateways';
import { type VirtualService, virtualServicesOf } from '../../mesh/traffic/virtual-services';
import type { L4MatchAttributes, RouteDestination, TLSMatchAttributes } from '../../schema/kinds/networking';
import type { Push } from '../context';
import { ruleFor } from '../destination-rule';
import { sniKey } from '../subset-key';
import { type Chain, anyChain } from './chain';
import { MESH } from './inbound-matches';
import { type ChainPlace, filtersToCluster, filtersToRoutes } from './tcp-destinations';

/** The server names that have a chain already, by port and address: Envoy refuses two chains for one. istio: model.CheckDuplicates */
export class SniHosts {
  private readonly taken = new Map<string, string>();

  claim({ listenPort, bind }: GatewayServer, hosts: readonly string[]): boolean {
    const keys = hosts.map((host) => `${listenPort} ${host}`);
    if (keys.some((key) => this.taken.get(key) === bind)) return false;
    for (const key of keys) this.taken.set(key, bind);
    return true;
  }
}

const gatewayName = ({ gateway: { namespace, name } }: GatewayServer): string => `${namespace}/${name}`;

/** The VirtualServices of a server's Gateway that have a host in common with it. istio: pickMatchingGatewayHosts */
function virtualServicesFor({ mesh, proxy }: Push, server: GatewayServer): VirtualService[] {
  return virtualServicesOf(mesh, gatewayName(server), proxy.namespace).filter(({ hosts, namespace }) =>
    server.hosts.some((host) => {
      const [scope, name] = host.includes('/') ? host.split('/') : [namespace, host];
      return scope === namespace && hosts.some((own) => overlaps(name ?? '', own.name));
    }),
  );
}

/** istio: l4SingleMatch */
const isMeant = (server: GatewayServer, { port, gateways = [] }: L4MatchAttributes | TLSMatchAttributes): boolean =>
  (!port || port === server.field.value.port?.number) &&
  (gateways.length === 0 || gateways.includes(gatewayName(server)));

function placeOf(server: GatewayServer): ChainPlace {
  const { number = 0, name = '' } = server.field.value.port ?? {};
  return {
    listeners: 'gateway',
    port: { number, protocol: server.protocol, name },
    exchangesMetadata: server.field.value.tls?.mode === 'ISTIO_MUTUAL',
    isJudged: true,
  };
}

/** The first route that is meant for the server; undefined where there is none. istio: buildGatewayNetworkFiltersFromTCPRoutes */
export function tcpChain(push: Push, server: GatewayServer): Chain | undefined {
  for (const virtualService of virtualServicesFor(push, server)) {
    const found =
      virtualService.tcp.find(({ value: { match = [], route = [] } }) => {
        const isMatched = match.length === 0 || match.some((each) => isMeant(server, each));
        return isMatched && route.length > 0;
      }) ?? terminatedRoute(server, virtualService);
    if (found) return anyChain(toRoutes(push, server, found.value.route, virtualService), found.field);
  }
  return undefined;
}

/** A TLSRoute holds for TLS that the gateway ends, too. */
function terminatedRoute(server: GatewayServer, { semantics, tls }: VirtualService) {
  if (semantics !== 'gateway' || !server.field.value.tls) return undefined;
  return tls.find(({ value }) => value.match?.some((match) => isMeant(server, match)));
}

const toRoutes = (push: Push, server: GatewayServer, routes: readonly RouteDestination[] = [], owner: VirtualService) =>
  filtersToRoutes(push, routes, placeOf(server), owner);

/** istio: buildGatewayNetworkFiltersFromTLSRoutes */
export function tlsChains(push: Push, server: GatewayServer, taken: SniHosts): Chain[] {
  if (server.field.value.tls?.mode === 'AUTO_PASSTHROUGH') return clusterChains(push, server);
  return virtualServicesFor(push, server).flatMap((virtualService) =>
    virtualService.tls.flatMap(({ value: { match = [], route = [] }, field }) => {
      if (route.length === 0) return [];
      const ours = match.filter((each) => isMeant(server, each) && taken.claim(server, each.sniHosts ?? []));
      return ours.map(({ sniHosts = [] }) => ({
        ...anyChain(toRoutes(push, server, route, virtualService), field),
        sniHosts,
      }));
    }),
  );
}

/**
 * One for each cluster, which clients of the mesh ask for by its name; only mutual TLS of the mesh is let through.
 * istio: builtAutoPassthroughFilterChains
 */
function clusterChains(push: Push, server: GatewayServer): Chain[] {
  const names = server.hosts.map((host) => host.split('/')[1] ?? host);
  const services = [...push.scope.services.values()].filter(
    ({ meshExternal, hostname }) => !meshExternal && names.some((name) => covers(name, hostname)),
  );
  return services.flatMap((service) => {
    const subsets = ruleFor(push, service.hostname)?.subsets ?? [];
    const ports = service.ports.filter(({ protocol }) => protocol !== 'UDP');
    return ports.flatMap((port) =>
      ['', ...subsets.map(({ value }) => value.name ?? '')].map((subset) => {
        const cluster = sniKey(subset, service.hostname, port.number);
        const place = { listeners: 'gateway', port, exchangesMetadata: false, isJudged: false } as const;
        const filters = filtersToCluster(push, cluster, { service, subset, port }, place);
        return { ...anyChain(filters, port.field), sniHosts: [cluster], applicationProtocols: MESH };
      }),
    );
  });
}

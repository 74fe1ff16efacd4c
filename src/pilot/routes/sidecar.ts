/** The route configurations of a sidecar for what its application sends. */
import type { RouteConfiguration, VirtualHost } from '../../envoy/config';
import { addTo } from '../../mesh/grouping';
import { alphabetically } from '../../mesh/services/hostname';
import type { Push } from '../context';
import { from } from '../origins';
import { catchAllVirtualHost } from './catch-all';
import { outboundVirtualHosts } from './virtual-hosts';

/** The name of the route configuration of the mesh's own forward proxy port. */
const HTTP_PROXY = 'http_proxy';
const UNIX = 'unix:';

/** What Envoy keeps of a direct response's body. */
export const MAX_BODY = { maxDirectResponseBodySizeBytes: 1024 * 1024 };

/** Makes route configurations by name; ports that several of them share are looked at once. istio: BuildHTTPRoutes */
export function sidecarRoutes(push: Push): (name: string) => RouteConfiguration {
  const ofPort = new Map<number, ByDomain>();
  return (name) => {
    const { port, sniffed } = portIn(name);
    if (port === undefined && name !== HTTP_PROXY && !name.startsWith(UNIX)) return { name, validateClusters: false };
    if (!sniffed) return configuration(name, wholePort(push, name, port ?? 0));
    const known = ofPort.get(port ?? 0) ?? byDomain(outboundVirtualHosts(push, name, port ?? 0));
    ofPort.set(port ?? 0, known);
    return configuration(name, inOrder(sniffedVirtualHosts(push, known, name)));
  };
}

const wholePort = (push: Push, name: string, port: number): VirtualHost[] => [
  ...inOrder(outboundVirtualHosts(push, name, port)),
  catchAllVirtualHost(push),
];

type ByDomain = ReadonlyMap<string, readonly VirtualHost[]>;

function byDomain(virtualHosts: readonly VirtualHost[]): ByDomain {
  const found = new Map<string, VirtualHost[]>();
  for (const virtualHost of virtualHosts)
    for (const domain of virtualHost.domains ?? []) addTo(found, domain, virtualHost);
  return found;
}

/** istio: buildSidecarOutboundHTTPRouteConfig */
const configuration = (name: string, virtualHosts: VirtualHost[]): RouteConfiguration => ({
  name,
  ...(virtualHosts.length > 0 && { virtualHosts }),
  validateClusters: false,
  ...MAX_BODY,
  ignorePortInHostMatching: true,
});

/** Sorts virtual hosts by name. istio: util.SortVirtualHosts */
export const inOrder = (virtualHosts: readonly VirtualHost[]): VirtualHost[] =>
  [...virtualHosts].sort((one, other) => alphabetically(one.name ?? '', other.name ?? ''));

/** Names are `PORT`, or `HOST:PORT` where the listener is that of one service and finds out by itself that it is HTTP. istio: extractListenerPort */
function portIn(name: string): { port: number | undefined; sniffed: boolean } {
  if (name.startsWith(UNIX)) return { port: undefined, sniffed: false };
  const colon = name.indexOf(':');
  const text = name.slice(colon + 1);
  return { port: /^\d+$/.test(text) ? Number(text) : undefined, sniffed: colon >= 0 };
}

/** The one virtual host of the service whose listener it is: whatever is asked for goes there. istio: getVirtualHostsForSniffedServicePort */
function sniffedVirtualHosts({ origins }: Push, all: ByDomain, name: string): VirtualHost[] {
  const host = name.slice(0, name.lastIndexOf(':'));
  const found = [...new Set([...(all.get(name) ?? []), ...(all.get(host) ?? [])])];
  const [only] = found;
  if (!only || found.length > 1) return found;
  return [from(origins, origins.get(only), { ...only, domains: ['*'] })];
}

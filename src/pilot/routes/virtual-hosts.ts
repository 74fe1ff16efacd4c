/** The virtual hosts of a sidecar on one port. */
import type { Route, VirtualHost } from '../../envoy/config';
import type { EgressListener } from '../../mesh/egress-listener';
import { isWildcard, overlaps } from '../../mesh/hostname';
import { protocolNamed } from '../../mesh/protocol';
import type { VirtualService } from '../../mesh/virtual-services';
import type { Field } from '../../source/field';
import { realAddressesFor } from '../addresses';
import type { Push } from '../context';
import { hostPort, inBrackets } from '../host-port';
import { from } from '../origins';
import { proxyHeaders } from '../proxy-headers';
import { DomainOwners, type Domains, domainsOf } from './domains';
import { type Registry, type Wrapper, wrappers } from './wrapper';

/** Port 0 is that of a forward proxy or a socket, which take requests for all ports. istio: BuildSidecarOutboundVirtualHosts */
export function outboundVirtualHosts(push: Push, routeName: string, listenPort: number): VirtualHost[] {
  const listener = push.scope.egressListenerFor(listenPort, routeName);
  if (!listener) return [];
  const isForwardProxy = protocolNamed(listener.field?.value.port?.protocol ?? '') === 'HTTP_PROXY';
  const port = isForwardProxy ? 0 : listenPort;
  const registry = servicesOn(listener, port);
  const chosen = port === 80 ? listener.virtualServices : selected(listener.virtualServices, registry);
  const made = wrappers(push, listener, registry, chosen, port);
  return port === 0 ? ofAllPorts(virtualHostsOf(push, made, 0)) : (virtualHostsOf(push, made, port).get(port) ?? []);
}

/** Services by host, with the one port that is asked for. */
function servicesOn(listener: EgressListener, listenPort: number): Registry {
  if (listenPort === 0) return new Map(listener.services.map((service) => [service.hostname, service]));
  const found = listener.services.flatMap((service) => {
    const port = service.ports.find(({ number }) => number === listenPort);
    const hostname = service.hostname.toLowerCase();
    return port ? [[hostname, { ...service, hostname, ports: [port] }] as const] : [];
  });
  return new Map(found);
}

/** The VirtualServices with a host that some service goes by. istio: selectVirtualServices */
function selected(virtualServices: readonly VirtualService[], registry: Registry): readonly VirtualService[] {
  const wildcards = [...registry.keys()].filter(isWildcard);
  return virtualServices.filter(({ hosts }) =>
    hosts.some(({ name }) => {
      const host = name.toLowerCase();
      if (registry.has(host)) return true;
      return [...(isWildcard(host) ? registry.keys() : wildcards)].some((other) => overlaps(host, other));
    }),
  );
}

/** istio: BuildSidecarOutboundVirtualHosts, buildVirtualHost */
function virtualHostsOf(push: Push, made: readonly Wrapper[], listenPort: number): Map<number, VirtualHost[]> {
  const names = made.flatMap(({ services, port }) => services.map(({ service }) => ({ host: service.hostname, port })));
  const real = new Set(names.flatMap(({ host, port }) => [host, hostPort(host, port)]));
  const builder = new Builder(push, new DomainOwners(real));
  const asker = { namespace: push.proxy.namespace, domain: push.mesh.domain };
  const byPort = new Map<number, VirtualHost[]>();
  for (const { port, hosts, services, routes } of made) {
    const named = hosts.map(({ name, field }) => {
      const host = name.toLowerCase();
      return builder.build(hostPort(host, port), { all: [inBrackets(host)], alternatives: NONE }, routes, field);
    });
    const served = services.map(({ service, field }) => {
      const addresses = realAddressesFor(push.proxy, service);
      const domains = domainsOf(service, addresses, asker, listenPort === 0 ? port : 0);
      return builder.build(hostPort(service.hostname, port), domains, routes, field);
    });
    byPort.set(port, [...(byPort.get(port) ?? []), ...named.flat(), ...served.flat()]);
  }
  return byPort;
}

const NONE: ReadonlySet<string> = new Set<string>();

/** Makes virtual hosts that have neither names nor domains in common. */
class Builder {
  private readonly names = new Set<string>();

  constructor(
    private readonly push: Push,
    private readonly owners: DomainOwners,
  ) {}

  build(name: string, wanted: Domains, routes: readonly Route[], field: Field): VirtualHost[] {
    if (this.names.has(name)) return [];
    this.names.add(name);
    const domains = this.owners.claim(wanted);
    if (domains.length === 0) return [];
    return [from(this.push.origins, field, { name, domains, routes: [...routes], ...attemptCount(this.push) })];
  }
}

/** Whether the proxy tells the server how often it has tried. */
export const attemptCount = (push: Push): Pick<VirtualHost, 'includeRequestAttemptCount'> =>
  proxyHeaders(push).attemptCount?.disabled ? {} : { includeRequestAttemptCount: true };

/** Only port 80 can be meant where a request names none. istio: mergeAllVirtualHosts */
function ofAllPorts(byPort: ReadonlyMap<number, VirtualHost[]>): VirtualHost[] {
  return [...byPort].flatMap(([port, virtualHosts]) => {
    if (port === 80) return virtualHosts;
    for (const each of virtualHosts) each.domains = each.domains?.filter((domain) => domain.includes(':'));
    return virtualHosts.filter(({ domains }) => domains?.length);
  });
}

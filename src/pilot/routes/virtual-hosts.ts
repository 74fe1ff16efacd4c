/** The virtual hosts of a sidecar on one port. */
import type { Route, VirtualHost } from '../../envoy/config';
import { protocolNamed } from '../../mesh/services/protocol';
import type { Field } from '../../source/field';
import { addTo } from '../../mesh/grouping';
import { realAddressesFor } from '../addresses';
import type { Push } from '../context';
import { hostPort, inBrackets } from '../host-port';
import { from } from '../origins';
import { proxyHeaders } from '../proxy-headers';
import { DomainOwners, type Domains, domainsOf } from './domains';
import { servicesOn, virtualServicesFor } from './on-port';
import { type Wrapper, wrappers } from './wrapper';

/** Port 0 is that of a forward proxy or a socket, which take requests for all ports. istio: BuildSidecarOutboundVirtualHosts */
export function outboundVirtualHosts(push: Push, routeName: string, listenPort: number): VirtualHost[] {
  const listener = push.scope.egressListenerFor(listenPort, routeName);
  if (!listener) return [];
  const isForwardProxy = protocolNamed(listener.field?.value.port?.protocol ?? '') === 'HTTP_PROXY';
  const port = isForwardProxy ? 0 : listenPort;
  const registry = servicesOn(listener, port);
  const chosen = port === 80 ? listener.virtualServices : virtualServicesFor(listener, registry);
  const made = wrappers(push, listener, registry, chosen, port);
  return port === 0 ? ofAllPorts(virtualHostsOf(push, made, 0)) : (virtualHostsOf(push, made, port).get(port) ?? []);
}

/** istio: BuildSidecarOutboundVirtualHosts, buildVirtualHost */
function virtualHostsOf(push: Push, made: readonly Wrapper[], listenPort: number): Map<number, VirtualHost[]> {
  const builder = new Builder(push, new DomainOwners(realNames(made)));
  const asker = { namespace: push.proxy.namespace, domain: push.mesh.domain };
  const byPort = new Map<number, VirtualHost[]>();
  const add = (port: number, virtualHost: VirtualHost | undefined): void => {
    if (virtualHost) addTo(byPort, port, virtualHost);
  };
  for (const { port, hosts, services, routes } of made) {
    for (const { name, field } of hosts) {
      const host = name.toLowerCase();
      add(port, builder.build(hostPort(host, port), { all: [inBrackets(host)], alternatives: NONE }, routes, field));
    }
    for (const { service, field } of services) {
      const addresses = realAddressesFor(push, service);
      const domains = domainsOf(service, addresses, asker, listenPort === 0 ? port : 0);
      add(port, builder.build(hostPort(service.hostname, port), domains, routes, field));
    }
  }
  return byPort;
}

/** The names that services really have, with and without their ports. */
function realNames(made: readonly Wrapper[]): Set<string> {
  const names = new Set<string>();
  for (const { services, port } of made)
    for (const { service } of services) names.add(service.hostname).add(hostPort(service.hostname, port));
  return names;
}

const NONE: ReadonlySet<string> = new Set<string>();

/** Makes virtual hosts that have neither names nor domains in common. */
class Builder {
  private readonly names = new Set<string>();

  constructor(
    private readonly push: Push,
    private readonly owners: DomainOwners,
  ) {}

  build(name: string, wanted: Domains, routes: readonly Route[], field: Field): VirtualHost | undefined {
    if (this.names.has(name)) return undefined;
    this.names.add(name);
    const domains = this.owners.claim(wanted);
    if (domains.length === 0) return undefined;
    return from(this.push.origins, field, { name, domains, routes: [...routes], ...attemptCount(this.push) });
  }
}

/** Whether the proxy tells the server how often it has tried. */
export const attemptCount = (push: Push): Pick<VirtualHost, 'includeRequestAttemptCount'> =>
  proxyHeaders(push).attemptCount?.disabled ? {} : { includeRequestAttemptCount: true };

/** Only port 80 can be meant where a request names none. istio: mergeAllVirtualHosts */
function ofAllPorts(byPort: ReadonlyMap<number, VirtualHost[]>): VirtualHost[] {
  return [...byPort].flatMap(([port, virtualHosts]) => {
    if (port === 80) return virtualHosts;
    for (const each of virtualHosts) each.domains = (each.domains ?? []).filter((domain) => domain.includes(':'));
    return virtualHosts.filter(({ domains }) => domains?.length);
  });
}

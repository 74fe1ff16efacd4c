/** What an egress listener lets in that concerns one port, found without going through everything for each port. */
import type { EgressListener } from '../../mesh/traffic/egress-listener';
import { addTo } from '../../mesh/grouping';
import { isWildcard, overlaps } from '../../mesh/services/hostname';
import type { Service } from '../../mesh/services/service';
import type { VirtualService } from '../../mesh/traffic/virtual-services';
import type { Registry } from './wrapper';

interface Index {
  readonly services: ReadonlyMap<number, readonly Service[]>;
  /** Positions of VirtualServices in the list of the listener, by their hosts without wildcards. */
  readonly exact: ReadonlyMap<string, readonly number[]>;
  /** Those of VirtualServices that have hosts with wildcards. */
  readonly wildcards: readonly number[];
}

const indexes = new WeakMap<EgressListener, Index>();

function indexOf(listener: EgressListener): Index {
  const known = indexes.get(listener);
  if (known) return known;
  const services = new Map<number, Service[]>();
  for (const service of listener.services)
    for (const number of new Set(service.ports.map((port) => port.number))) addTo(services, number, service);
  const made = { services, ...byHost(listener.virtualServices) };
  indexes.set(listener, made);
  return made;
}

function byHost(virtualServices: readonly VirtualService[]): Pick<Index, 'exact' | 'wildcards'> {
  const exact = new Map<string, number[]>();
  const wildcards: number[] = [];
  virtualServices.forEach(({ hosts }, position) => {
    const names = hosts.map(({ name }) => name.toLowerCase());
    for (const name of names) if (!isWildcard(name)) addTo(exact, name, position);
    if (names.some(isWildcard)) wildcards.push(position);
  });
  return { exact, wildcards };
}

/** Services by host, each with the one port that is asked for; all of them with all their ports for port 0. */
export function servicesOn(listener: EgressListener, listenPort: number): Registry {
  if (listenPort === 0) return new Map(listener.services.map((service) => [service.hostname, service]));
  const found = indexOf(listener).services.get(listenPort) ?? [];
  return new Map(
    found.map((service) => {
      const hostname = service.hostname.toLowerCase();
      const ports =
        service.ports.length === 1 ? service.ports : service.ports.filter((port) => port.number === listenPort);
      return [hostname, { ...service, hostname, ports: ports.slice(0, 1) }];
    }),
  );
}

/** The VirtualServices with a host that some of these services goes by, in their order. istio: selectVirtualServices */
export function virtualServicesFor(listener: EgressListener, registry: Registry): readonly VirtualService[] {
  const { virtualServices } = listener;
  const hosts = [...registry.keys()];
  const broad = hosts.filter(isWildcard);
  const meets = ({ name }: { name: string }): boolean =>
    (isWildcard(name) ? hosts : broad).some((host) => overlaps(name.toLowerCase(), host));
  const { exact, wildcards } = indexOf(listener);
  const candidates = broad.length > 0 ? virtualServices.keys() : wildcards;
  const chosen = new Set(hosts.flatMap((host) => exact.get(host) ?? []));
  for (const position of candidates)
    if (!chosen.has(position) && virtualServices[position]!.hosts.some(meets)) chosen.add(position);
  return [...chosen].sort((one, other) => one - other).map((position) => virtualServices[position]!);
}

/** The listener of a waypoint behind its tunnels, which chooses by the address that was asked for. */
import type { FilterChain, Listener, ListenerFilter, OnMatch } from '../../envoy/config';
import { alphabetically } from '../../mesh/services/hostname';
import { isHttp, isSniffed, isTcp, isTls } from '../../mesh/services/protocol';
import type { Service, ServicePort } from '../../mesh/services/service';
import { waypointResources } from '../../mesh/ambient/waypoint-resources';
import { accessLog } from '../access-log';
import { addressesFor } from '../addresses';
import { cidrRange } from '../cidr';
import type { Push } from '../context';
import { httpInspector, originalDestination, tlsInspector } from '../filters/listener-filters';
import { from } from '../origins';
import {
  MAIN_INTERNAL,
  connectOriginate,
  connectTerminate,
  innerConnectOriginate,
  outerConnectOriginate,
} from './hbone';
import { exceptPorts } from './inspectors';
import { type Range, byAddress, byApplicationProtocol, byPort, toChain } from './matchers';
import { directChains, vipChain } from './waypoint-chains';

/** istio: buildWaypointInbound */
export const waypointListeners = (push: Push): Listener[] => [
  connectTerminate(push),
  mainInternal(push),
  connectOriginate(push, 'inbound'),
  innerConnectOriginate(push),
  outerConnectOriginate(push),
];

/** istio: buildWaypointInternal */
function mainInternal(push: Push): Listener {
  const { services, workloads } = waypointResources(push.mesh, push.proxy);
  const served = services.map((service) => servedService(push, service));
  const direct = workloads.flatMap(({ address }) => cidrRange(address) ?? []);
  const ranges = [...served.flatMap(({ range }) => range ?? []), ...(direct.length > 0 ? [toPods(direct)] : [])];
  return {
    name: MAIN_INTERNAL,
    internalListener: {},
    listenerFilters: [originalDestination, ...inspectors(services, workloads.length > 0)],
    trafficDirection: 'INBOUND',
    filterChains: [...served.flatMap(({ chains }) => chains), ...directChains(push)],
    filterChainMatcher: byAddress(ranges),
    ...accessLog(push, 'inbound', 'listener'),
  };
}

const toPods = (ranges: Range['ranges']): Range => ({
  ranges,
  onMatch: byApplicationProtocol({ http: toChain('direct-http'), tcp: toChain('direct-tcp') }),
});

interface Served {
  readonly chains: readonly FilterChain[];
  /** Absent for services without addresses. */
  readonly range: Range | undefined;
}

function servedService(push: Push, service: Service): Served {
  const chains: FilterChain[] = [];
  const ports = new Map<number, OnMatch>();
  for (const port of service.ports.filter((port) => hasChain(service, port))) {
    const made = protocolsOf(port).map((protocol) => vipChain(push, service, port, protocol));
    chains.push(...made.map((chain) => from(push.origins, port.field, chain)));
    const [first, second] = made.map(({ name = '' }) => toChain(name));
    ports.set(port.number, second ? byApplicationProtocol({ tcp: first!, http: second }) : first!);
  }
  const addresses = [...new Set(addressesFor(push, service))].sort(alphabetically);
  const ranges = addresses.flatMap((address) => cidrRange(address) ?? []);
  return { chains, range: ports.size > 0 && ranges.length > 0 ? { ranges, onMatch: byPort(ports) } : undefined };
}

/** A name that matches a wildcard would have to be read from TLS, a feature that is off by default. */
const hasChain = ({ resolution, hostname }: Service, { protocol }: ServicePort): boolean =>
  protocol !== 'UDP' && !(resolution === 'dynamic-dns' && hostname.startsWith('*') && isTls(protocol));

/** A port whose protocol is not known has a chain for each. */
function protocolsOf({ protocol }: ServicePort): readonly ('tcp' | 'http')[] {
  if (isSniffed(protocol)) return ['tcp', 'http'];
  return isHttp(protocol) ? ['http'] : ['tcp'];
}

/** Kept away from ports that are the same for all services; a pod may be called at any port. */
function inspectors(services: readonly Service[], servesPods: boolean): ListenerFilter[] {
  const ports = services.flatMap((service) => service.ports);
  const withChains = services.flatMap((service) => service.ports.filter((port) => hasChain(service, port)));
  const plain = servesPods ? undefined : exceptPorts(unambiguousPorts(withChains));
  const tls = new Set(ports.flatMap(({ protocol, number }) => (isTls(protocol) ? [number] : [])));
  const withoutTls = new Set(ports.flatMap(({ number }) => (tls.has(number) ? [] : [number])));
  return [
    { ...httpInspector, ...(plain && { filterDisabled: plain }) },
    ...(tls.size > 0 ? [withoutPorts(tlsInspector, withoutTls)] : []),
  ];
}

function withoutPorts(filter: ListenerFilter, ports: ReadonlySet<number>): ListenerFilter {
  const filterDisabled = exceptPorts([...ports]);
  return filterDisabled ? { ...filter, filterDisabled } : filter;
}

/** The ports at which all services speak HTTP, or none does. */
function unambiguousPorts(ports: readonly ServicePort[]): number[] {
  const kinds = new Map<number, 'http' | 'tcp' | 'either'>();
  for (const { number, protocol } of ports) {
    const kind = isHttp(protocol) ? 'http' : isTcp(protocol) ? 'tcp' : 'either';
    const known = kinds.get(number) ?? kind;
    kinds.set(number, known === kind ? kind : 'either');
  }
  return [...kinds].flatMap(([number, kind]) => (kind === 'either' ? [] : [number]));
}

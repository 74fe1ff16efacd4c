/** Which services and hosts share the routes of a VirtualService, or have their own. */
import type { Route } from '../../envoy/config';
import type { EgressListener } from '../../mesh/traffic/egress-listener';
import { isWildcard, overlaps } from '../../mesh/services/hostname';
import { isHttp, isSniffed } from '../../mesh/services/protocol';
import type { Service, ServicePort } from '../../mesh/services/service';
import type { Named, VirtualService } from '../../mesh/traffic/virtual-services';
import type { Field } from '../../source/field';
import type { Push } from '../context';
import { hostPort } from '../host-port';
import { from } from '../origins';
import { subsetKey } from '../subset-key';
import { defaultOutboundRoute } from './default-route';
import { hashForPort, hashPolicies } from './hash-policy';
import { routesOf } from './route';

/** Routes, and what they are for on one port. istio: route.VirtualHostWrapper */
export interface Wrapper {
  readonly port: number;
  readonly services: readonly { readonly service: Service; readonly field: Field }[];
  /** Hosts of the VirtualService that no service goes by. */
  readonly hosts: readonly Named[];
  readonly routes: readonly Route[];
}

/** The services on a port, by host. */
export type Registry = ReadonlyMap<string, Service>;

/** istio: route.BuildSidecarVirtualHostWrapper */
export function wrappers(
  push: Push,
  listener: EgressListener,
  registry: Registry,
  virtualServices: readonly VirtualService[],
  listenPort: number,
): Wrapper[] {
  const routed = virtualServices.flatMap((each) => forVirtualService(push, listener, registry, each, listenPort));
  const taken = new Set(routed.flatMap(({ services }) => services.map(({ service }) => service.hostname)));
  const others = [...registry].filter(([host, { resolution }]) => !taken.has(host) && resolution !== 'alias');
  return [...routed, ...others.flatMap(([, service]) => forService(push, service))];
}

/** istio: route.buildSidecarVirtualHostsForVirtualService */
function forVirtualService(
  push: Push,
  listener: EgressListener,
  registry: Registry,
  virtualService: VirtualService,
  port: number,
): Wrapper[] {
  const services = (host: string) => registry.get(host);
  const routes = routesOf({ push, virtualService, port, gateway: 'mesh', scheme: 'http', services });
  if (routes.length === 0) return [];
  const found = hostsAndServices(listener, registry, virtualService);
  const allowed = found.services.filter(({ service }) => isAllowed(push, virtualService, service));
  if (virtualService.semantics === 'gateway' && allowed.length === 0) return [];
  return byPort(found.services, port).map((each) => ({ ...each, hosts: found.hosts, routes }));
}

/** A route of the Gateway API holds for clients in its own namespace, or for services there. */
const isAllowed = ({ proxy }: Push, { namespace }: VirtualService, service: Service): boolean =>
  service.namespace === namespace || proxy.namespace === namespace;

type Routed = Wrapper['services'][number];

/** The services by the ports on which they take HTTP. Port 80 is there for hosts that no service goes by. */
function byPort(services: readonly Routed[], listenPort: number): Pick<Wrapper, 'port' | 'services'>[] {
  const ports = new Map<number, Routed[]>();
  for (const each of services)
    for (const port of each.service.ports)
      if (takesHttp(port)) ports.set(port.number, [...(ports.get(port.number) ?? []), each]);
  if (ports.size === 0 && listenPort === 80) ports.set(80, []);
  return [...ports].map(([port, those]) => ({ port, services: those }));
}

/** istio: route.separateVSHostsAndServices */
function hostsAndServices(listener: EgressListener, registry: Registry, virtualService: VirtualService) {
  const hosts: Named[] = [];
  const services: Routed[] = [];
  // Istio looks a service up as it is written here, and does not find one that is written with capitals.
  const holds = ({ isInCluster, name, hostname }: Service): boolean =>
    (isInCluster || name === hostname) && listener.virtualServiceFor(hostname) === virtualService;
  for (const named of virtualService.hosts.filter(({ name }) => !isWildcard(name))) {
    const service = registry.get(named.name.toLowerCase());
    if (service) services.push({ service, field: named.field });
    else hosts.push(named);
  }
  for (const named of virtualService.hosts.filter(({ name }) => isWildcard(name))) {
    const covered = virtualService.semantics === 'gateway' ? [] : coveredBy(registry, named.name.toLowerCase());
    if (covered.length === 0) hosts.push(named);
    for (const service of covered) if (holds(service)) services.push({ service, field: named.field });
  }
  return { hosts, services };
}

const coveredBy = (registry: Registry, wildcard: string): Service[] =>
  [...registry.values()].filter(({ hostname }) => overlaps(hostname, wildcard));

/** istio: route.buildSidecarVirtualHostForService */
function forService(push: Push, service: Service): Wrapper[] {
  const { hostname, field } = service;
  return service.ports.filter(takesHttp).map(({ number }) => {
    const hash = hashPolicies(hashForPort(push, hostname, number));
    const cluster = subsetKey('outbound', '', hostname, number);
    const route = defaultOutboundRoute(cluster, `${hostPort(hostname, number)}/*`, push.meshConfig, hash);
    return { port: number, services: [{ service, field }], hosts: [], routes: [from(push.origins, field, route)] };
  });
}

const takesHttp = ({ protocol }: ServicePort): boolean => isHttp(protocol) || isSniffed(protocol);

/** What one egress listener of a Sidecar lets proxies know: services, VirtualServices, and which of these holds for a service. */
import type { IstioEgressListener } from '../../schema/kinds/networking';
import type { Field } from '../../source/field';
import { EgressHosts } from './egress-hosts';
import { HostIndex } from '../services/host-index';
import type { Mesh } from '../mesh';
import { protocolNamed } from '../services/protocol';
import type { Service } from '../services/service';
import { contestedHosts, servicesVisibleFrom } from '../services/services';
import { type VirtualService, virtualServicesOf } from './virtual-services';

/** istio: model.IstioEgressListenerWrapper */
export interface EgressListener {
  /** Absent for the listener that everybody has who says nothing else. */
  readonly field: Field<IstioEgressListener> | undefined;
  /** Whether it keeps nothing out that the namespace may see. */
  readonly importsEverything: boolean;
  readonly services: readonly Service[];
  readonly virtualServices: readonly VirtualService[];
  /** The VirtualService that holds for a service: the one with the most specific host, the oldest of several. */
  virtualServiceFor(hostname: string): VirtualService | undefined;
}

/** istio: convertIstioListenerToWrapper */
export function egressListener(
  mesh: Mesh,
  namespace: string,
  field: Field<IstioEgressListener> | undefined,
): EgressListener {
  const hosts = new EgressHosts(field?.value.hosts ?? ['*/*'], namespace);
  const port = matchedPort(field);
  // Most rules ask a view for one service or its destination rules alone, and every view of a large mesh has most of its routes.
  let virtualServices: readonly VirtualService[] | undefined;
  const routes = () => (virtualServices ??= select(virtualServicesOf(mesh, 'mesh', namespace), hosts));
  let services: readonly Service[] | undefined;
  let index: HostIndex<VirtualService> | undefined;
  return {
    field,
    importsEverything: hosts.isEverything && port === undefined,
    get virtualServices() {
      return routes();
    },
    get services() {
      return (services ??= selectServices(mesh, namespace, hosts, port));
    },
    virtualServiceFor: (hostname) => (index ??= byHost(routes())).mostSpecific(hostname)?.value,
  };
}

/** The port that services must have to be let in. A listener of a forward proxy takes requests for any. istio: needsPortMatch */
export function matchedPort(field: Field<IstioEgressListener> | undefined): number | undefined {
  const { number, protocol = '' } = field?.value.port ?? {};
  return number && protocolNamed(protocol) !== 'HTTP_PROXY' ? number : undefined;
}

/** istio: model.SelectVirtualServices */
function select(all: readonly VirtualService[], hosts: EgressHosts): readonly VirtualService[] {
  const chosen = hosts.isEverything
    ? all
    : all.filter((each) =>
        hosts.letsVirtualServiceIn(
          each.hosts.map(({ name }) => name),
          each.namespace,
          each.semantics === 'gateway' ? 'gateway' : 'istio',
        ),
      );
  return [...new Set(chosen)];
}

/** istio: IstioEgressListenerWrapper.selectServices */
function selectServices(
  mesh: Mesh,
  namespace: string,
  hosts: EgressHosts,
  port: number | undefined,
): readonly Service[] {
  const all = servicesVisibleFrom(mesh, namespace);
  const imported = hosts.isEverything && port === undefined ? all : all.flatMap((each) => importOf(each, hosts, port));
  const contested = contestedHosts(mesh);
  if (contested.size === 0) return imported;
  const owners = new Map<string, Service>();
  for (const service of imported) {
    if (!contested.has(service.hostname)) continue;
    const known = owners.get(service.hostname);
    if (!known || takesPrecedence(service, known, namespace)) owners.set(service.hostname, service);
  }
  return imported.filter(({ hostname, namespace: own }) => (owners.get(hostname)?.namespace ?? own) === own);
}

/** Of services with one host, that of the client's namespace counts, else one of Kubernetes, else the first. */
function takesPrecedence(service: Service, known: Service, namespace: string): boolean {
  if (service.namespace === namespace) return true;
  return known.namespace !== namespace && !known.isInCluster && service.isInCluster;
}

/** The service as far as a listener lets it in. */
function importOf(service: Service, hosts: EgressHosts, port: number | undefined): Service[] {
  const { hostname, namespace, aliases } = service;
  if (hosts.excludes(hostname, namespace)) return [];
  for (const letsIn of hosts.importsOf(hostname, namespace)) {
    const trimmed = port === undefined ? service : withPort(service, port);
    if (!trimmed) continue;
    const known = aliases.filter((alias) => letsIn(alias.hostname));
    return [known.length === aliases.length ? trimmed : { ...trimmed, aliases: known }];
  }
  return [];
}

/** The service with this port alone; nothing where it has no such port. istio: serviceMatchingListenerPort */
export function withPort(service: Service, number: number): Service | undefined {
  const port = service.ports.find((each) => each.number === number);
  if (!port) return undefined;
  return service.ports.length === 1 ? service : { ...service, ports: [port] };
}

/** The first of several with one host counts. istio: computeWildcardHostVirtualServiceIndex */
function byHost(virtualServices: readonly VirtualService[]): HostIndex<VirtualService> {
  const index = new HostIndex<VirtualService>();
  for (const virtualService of virtualServices)
    for (const { name } of virtualService.hosts) index.at(name, () => virtualService);
  return index;
}

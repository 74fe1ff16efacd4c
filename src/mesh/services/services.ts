/** The services of the whole mesh, by host, and to whom each is visible. */
import { addTo } from '../grouping';
import { alphabetically, fullHost } from './hostname';
import { perMesh } from '../memo';
import type { Mesh } from '../mesh';
import { registries } from '../registry';
import type { Endpoint, NamespacedHost, Service } from './service';
import { serviceKey } from './service';
import { exportedTo, isVisible } from '../traffic/visibility';

/** Every service, the oldest first. istio: model.SortServicesByCreationTime, after aliases are resolved */
export const services: (mesh: Mesh) => readonly Service[] = perMesh((mesh) => {
  const all = registries.flatMap((registry) => registry.services(mesh));
  return withAliases([...all].sort(byAge));
});

function byAge(one: Service, other: Service): number {
  return (
    one.created - other.created ||
    alphabetically(one.name, other.name) ||
    alphabetically(one.namespace, other.namespace) ||
    alphabetically(one.objectName, other.objectName)
  );
}

/**
 * The service of each namespace that goes by a host. Where a namespace has several, that of Kubernetes counts, else the oldest.
 * istio: ServiceIndex.HostnameAndNamespace
 */
export const servicesByHost: (mesh: Mesh) => ReadonlyMap<string, ReadonlyMap<string, Service>> = perMesh((mesh) => {
  const hosts = new Map<string, Map<string, Service>>();
  for (const service of services(mesh)) {
    let namespaces = hosts.get(service.hostname);
    if (!namespaces) hosts.set(service.hostname, (namespaces = new Map<string, Service>()));
    const known = namespaces.get(service.namespace);
    if (!known || (!known.isInCluster && service.isInCluster)) namespaces.set(service.namespace, service);
  }
  return hosts;
});

/** The hosts by which more than one service goes. */
export const contestedHosts: (mesh: Mesh) => ReadonlySet<string> = perMesh((mesh) => {
  const seen = new Set<string>();
  const contested = new Set<string>();
  for (const { hostname } of services(mesh)) {
    if (seen.has(hostname)) contested.add(hostname);
    seen.add(hostname);
  }
  return contested;
});

const exported = perMesh((mesh) => {
  const everywhere: Service[] = [];
  const toNamespace = new Map<string, Service[]>();
  for (const service of services(mesh)) {
    const to = exportedTo(mesh, service);
    if (to === 'everywhere') everywhere.push(service);
    else for (const namespace of to) addTo(toNamespace, namespace, service);
  }
  return { everywhere, toNamespace };
});

/** The services that a namespace may see: those exported to it by name, then those exported to all. istio: servicesExportedToNamespace */
export function servicesVisibleFrom(mesh: Mesh, namespace: string): readonly Service[] {
  const { everywhere, toNamespace } = exported(mesh);
  const privately = toNamespace.get(namespace);
  return privately ? [...privately, ...everywhere] : everywhere;
}

/**
 * The service that a host means to configuration in a namespace: that of the namespace itself, else one of Kubernetes that it may
 * see, else the oldest that it may see. Sidecars are not asked. istio: pickBestVisibleNamespace
 */
export const serviceFor = (mesh: Mesh, host: string, namespace: string): Service | undefined =>
  bestService(mesh, fullHost(host, namespace, mesh.domain), namespace);

/** As serviceFor, for the full name of a host. */
export function bestService(mesh: Mesh, hostname: string, namespace: string): Service | undefined {
  const candidates = servicesByHost(mesh).get(hostname);
  const own = candidates?.get(namespace);
  if (own || !candidates) return own;
  const visible = [...candidates.values()].filter((service) => isVisible(mesh, service, namespace));
  return visible.find(({ isInCluster }) => isInCluster) ?? visible.sort(byAge)[0];
}

/** Every service that goes by a host, whoever may see it. */
export const servicesCalled = (mesh: Mesh, host: string): readonly Service[] => [
  ...(servicesByHost(mesh).get(host)?.values() ?? []),
];

const endpointsByKey = perMesh(() => new Map<string, readonly Endpoint[]>());

/** Where the services of a host and namespace lead, on all their ports. */
export function endpointsOf(mesh: Mesh, service: NamespacedHost): readonly Endpoint[] {
  const key = serviceKey(service);
  const known = endpointsByKey(mesh).get(key);
  if (known) return known;
  const found = registries.flatMap((registry) => registry.endpoints(mesh, key));
  endpointsByKey(mesh).set(key, found);
  return found;
}

/** Where one port of a service leads. istio: EndpointShards.CopyEndpoints */
export function endpointsOfPort(mesh: Mesh, service: Service, number: number): readonly Endpoint[] {
  const names = new Set(service.ports.filter((port) => port.number === number).map(({ name }) => name));
  if (names.size === 0) return [];
  return endpointsOf(mesh, service).filter(({ portNumber, portName }) =>
    portNumber === undefined ? names.has(portName) : portNumber === number,
  );
}

/** Gives each service the ExternalName services that stand for it, also through others. istio: model.resolveServiceAliases */
function withAliases(all: readonly Service[]): readonly Service[] {
  const next = new Map<string, string>();
  for (const { resolution, hostname, externalName } of all)
    if (resolution === 'alias' && externalName !== undefined) next.set(hostname, externalName);
  if (next.size === 0) return all;
  const aliases = new Map<string, NamespacedHost[]>();
  for (const { hostname, namespace } of all) {
    const concrete = next.has(hostname) ? endOf(next, hostname) : undefined;
    if (concrete !== undefined) addTo(aliases, concrete, { hostname, namespace });
  }
  for (const group of aliases.values())
    group.sort(
      (one, other) => alphabetically(one.namespace, other.namespace) || alphabetically(one.hostname, other.hostname),
    );
  return all.map((service) => {
    const ours = aliases.get(service.hostname);
    return ours ? { ...service, aliases: ours } : service;
  });
}

/** What a chain of aliases ends in; nothing, where it runs in a circle. */
function endOf(next: ReadonlyMap<string, string>, alias: string): string | undefined {
  const seen = new Set<string>();
  for (let host: string | undefined = alias; host !== undefined; host = next.get(host)) {
    if (!next.has(host)) return host;
    if (seen.has(host)) return undefined;
    seen.add(host);
  }
  return undefined;
}

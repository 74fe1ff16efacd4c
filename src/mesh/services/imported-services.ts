/** The services that all egress listeners of a proxy know together, and those that their routes lead to. */
import { type EgressListener, matchedPort, withPort } from '../traffic/egress-listener';
import type { Labels } from '../workloads/labels';
import type { Mesh } from '../mesh';
import type { Service } from './service';
import { bestService } from './services';
import { destinationsOf } from '../traffic/virtual-services';
import { own } from '../../source/own';

/** istio: SidecarScope.collectImportedServices */
export function importedServices(
  mesh: Mesh,
  namespace: string,
  listeners: readonly EgressListener[],
): ReadonlyMap<string, Service> {
  const imported = new Map<string, Service>();
  for (const listener of listeners) {
    for (const service of listener.services) add(imported, service);
    const port = matchedPort(listener.field);
    for (const virtualService of listener.virtualServices)
      for (const [host, ports] of destinationsOf(virtualService, namespace)) {
        if (listener.importsEverything && imported.has(host)) continue;
        const service = bestService(mesh, host, namespace);
        const trimmed = service && (port === undefined ? withPorts(service, ports) : withPort(service, port));
        if (trimmed) add(imported, trimmed);
      }
  }
  return imported;
}

/** The service with the ports that a route names; 0 stands for all. istio: serviceMatchingVirtualServicePorts */
function withPorts(service: Service, numbers: ReadonlySet<number>): Service | undefined {
  if (numbers.has(0)) return service;
  const ports = service.ports.filter(({ number }) => numbers.has(number));
  if (ports.length === service.ports.length) return service;
  return ports.length > 0 ? { ...service, ports } : undefined;
}

/** Adds a service, or its ports to the one of that host that is there already. istio: SidecarScope.appendSidecarServices */
function add(imported: Map<string, Service>, service: Service): void {
  const { hostname } = service;
  const known = imported.get(hostname);
  if (!known || (!known.isInCluster && service.isInCluster)) {
    imported.set(hostname, service);
    return;
  }
  if (known === service || known.isInCluster !== service.isInCluster || !canMerge(known, service)) return;
  const numbers = new Set(known.ports.map(({ number }) => number));
  const added = service.ports.filter(({ number }) => !numbers.has(number));
  if (added.length > 0) imported.set(hostname, { ...known, ports: [...known.ports, ...added] });
}

/** istio: canMergeServices */
function canMerge(one: Service, other: Service): boolean {
  return (
    one.namespace === other.namespace &&
    one.resolution === other.resolution &&
    sameLabels(one.labels, other.labels) &&
    sameLabels(one.selector, other.selector) &&
    one.exportTo.size === other.exportTo.size &&
    [...one.exportTo].every((entry) => other.exportTo.has(entry))
  );
}

function sameLabels(one: Labels = {}, other: Labels = {}): boolean {
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => own(one, name) === own(other, name));
}

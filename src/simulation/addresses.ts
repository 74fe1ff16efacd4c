/** Where names lead, as a client's resolver would answer. */
import ipaddr from 'ipaddr.js';
import { overlaps } from '../mesh/services/hostname';
import { perMesh } from '../mesh/memo';
import type { Mesh } from '../mesh/mesh';
import { type Service, UNSPECIFIED_ADDRESS } from '../mesh/services/service';
import { endpointsOf, services, servicesByHost } from '../mesh/services/services';
import { pods } from '../mesh/workloads/workloads';
import type { KindMap } from '../schema/kinds';
import { nearest } from '../schema/spelling';
import type { NameFault } from './reason';

/** What stands for an address of which only so much is known that it lies outside of the mesh. */
export const SOMEWHERE = '192.88.99.254';

/** What a name resolves to. */
export interface Resolved {
  readonly address: string;
  /** The service that was found under it. */
  readonly service?: Service;
}

/** What a resolver answers. */
export type Answered = Resolved | { readonly because: NameFault };

/**
 * The address that a client in a namespace (outside of the cluster without one) gets for a name, or why there is none. Names are tried as a pod's resolver does: with the domains of its namespace, then as they stand.
 */
export function addressOf(mesh: Mesh, host: string, namespace: string | undefined): Answered {
  if (isAddress(host)) return { address: host };
  const name = host.replace(/\.$/, '');
  const domains = namespace === undefined || host.endsWith('.') ? [] : searchDomains(mesh, namespace);
  for (const candidate of [...domains.map((domain) => `${name}.${domain}`), name]) {
    const found = serviceCalled(mesh, candidate);
    if (found) return ofService(mesh, found, namespace, 0);
    const pod = podCalled(mesh, candidate);
    if (pod) return pod;
  }
  if (isOutside(mesh, name)) return elsewhere(mesh, name);
  const near = nameNear(mesh, name);
  return { because: { kind: 'unknown name', host, ...(near !== undefined && { near }) } };
}

/** To find that most names are no address, no parser is needed: it would throw, which takes long. */
const isAddress = (host: string): boolean => /^[\da-fx.]+$|:/i.test(host) && ipaddr.isValid(host);

/** Whether a name that no service has may be one of the world outside. */
function isOutside(mesh: Mesh, name: string): boolean {
  if (!name.includes('.') || name.endsWith(`.${mesh.domain}`) || name.endsWith('.svc')) return false;
  const [, namespace, ...more] = name.split('.');
  return more.length > 0 || !services(mesh).some((service) => service.namespace === namespace);
}

const searchDomains = ({ domain }: Mesh, namespace: string): string[] => [
  `${namespace}.svc.${domain}`,
  `svc.${domain}`,
  domain,
];

function serviceCalled(mesh: Mesh, host: string): Service | undefined {
  const all = [...(servicesByHost(mesh).get(host)?.values() ?? [])];
  return all.find(({ isInCluster }) => isInCluster) ?? all[0];
}

function ofService(mesh: Mesh, service: Service, namespace: string | undefined, depth: number): Answered {
  const { externalName } = service;
  if (externalName !== undefined) {
    if (depth > 8) return { because: { kind: 'alias loop', host: service.hostname } };
    const target = serviceCalled(mesh, externalName);
    return target ? ofService(mesh, target, namespace, depth + 1) : addressOf(mesh, `${externalName}.`, namespace);
  }
  const [address = UNSPECIFIED_ADDRESS] = service.addresses;
  if (address !== UNSPECIFIED_ADDRESS && !address.includes('/')) return { address, service };
  if (!service.isInCluster) return { address: SOMEWHERE, service };
  const [first] = endpointsOf(mesh, service);
  if (!first) return { because: { kind: 'headless without endpoints', host: service.hostname } };
  return { address: first.address, service };
}

/** Pods of headless services that have names of their own. */
const podNames = perMesh((mesh) => {
  const names = new Map<string, Resolved>();
  for (const service of services(mesh))
    for (const { hostname, subdomain, address } of endpointsOf(mesh, service))
      if (hostname && subdomain === service.name) names.set(`${hostname}.${service.hostname}`, { address, service });
  for (const { name, namespace, ip, workload } of pods(mesh)) {
    if (workload.kind !== 'StatefulSet') continue;
    const { serviceName } = (workload.resource.value as KindMap['StatefulSet']).spec ?? {};
    const service = serviceName && serviceCalled(mesh, `${serviceName}.${namespace}.svc.${mesh.domain}`);
    const isSelected = service && endpointsOf(mesh, service).some(({ address }) => address === ip);
    if (isSelected) names.set(`${name}.${service.hostname}`, { address: ip, service });
  }
  return names;
});

const podCalled = (mesh: Mesh, name: string): Resolved | undefined => podNames(mesh).get(name);

/** A name of the world outside; a ServiceEntry may stand for all that end alike. */
function elsewhere(mesh: Mesh, name: string): Resolved {
  const service = services(mesh).find(({ hostname }) => hostname.startsWith('*') && overlaps(hostname, name));
  return { address: SOMEWHERE, ...(service && { service }) };
}

/** A name that was probably meant. */
function nameNear(mesh: Mesh, name: string): string | undefined {
  const [first = ''] = name.split('.');
  const meant = nearest(
    first,
    services(mesh).map((service) => service.name),
  );
  return meant === undefined ? undefined : [meant, ...name.split('.').slice(1)].join('.');
}

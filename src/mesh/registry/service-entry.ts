/** The services that ServiceEntries declare: one for each host and address. */
import ipaddr from 'ipaddr.js';
import type { KindMap } from '../../schema/kinds';
import { valueAt } from '../../source/path';
import type { Resource } from '../../source/resource';
import { isAmbientMesh } from '../ambient/ambient-mode';
import { NOT_YET, created } from '../creation';
import { isWildcard } from '../services/hostname';
import { fitsSelector } from '../workloads/labels';
import { perMesh } from '../memo';
import type { Mesh } from '../mesh';
import { meshConfig } from '../settings/mesh-config';
import { isDiscovered, namespaceOf } from '../settings/namespaces';
import { protocolNamed } from '../services/protocol';
import { type Resolution, type Service, type ServicePort, UNSPECIFIED_ADDRESS } from '../services/service';
import { trafficDistribution } from './kubernetes';

type ServiceEntry = Resource<KindMap['ServiceEntry']>;

/** A ServiceEntry and one of the services it declares. */
export interface EntryService {
  readonly entry: ServiceEntry;
  readonly service: Service;
}

/** Every service of every ServiceEntry that the control plane sees. istio: serviceentry.convertServices */
export const entryServices: (mesh: Mesh) => readonly EntryService[] = perMesh((mesh) =>
  mesh
    .all('ServiceEntry')
    .filter(({ namespace }) => isDiscovered(mesh, namespace))
    .flatMap((entry) => servicesOf(mesh, entry).map((service) => ({ entry, service }))),
);

/** The services alone. */
export const services = (mesh: Mesh): readonly Service[] => entryServices(mesh).map(({ service }) => service);

function servicesOf(mesh: Mesh, entry: ServiceEntry): Service[] {
  const { namespace, name, value } = entry;
  const { spec = {}, metadata } = value;
  const annotations = metadata.annotations ?? {};
  const common = {
    isInCluster: false,
    namespace,
    objectName: name,
    ports: portsOf(entry),
    resolution: RESOLUTIONS[spec.resolution ?? 'NONE'],
    externalAddresses: [],
    meshExternal: (spec.location ?? 'MESH_EXTERNAL') === 'MESH_EXTERNAL',
    exportTo: new Set(spec.exportTo),
    visibility: visibilityIn(mesh, namespace),
    labels: metadata.labels ?? {},
    selector: spec.workloadSelector && (spec.workloadSelector.labels ?? {}),
    serviceAccounts: spec.subjectAltNames ?? [],
    created: created(metadata, NOT_YET),
    externalName: undefined,
    aliases: [],
    kubernetesType: undefined,
    nodeLocal: false,
    trafficDistribution: trafficDistribution(undefined, annotations, namespaceOf(mesh, namespace).annotations),
    publishNotReadyAddresses: false,
    racesConnections: annotations['istio.io/connect-strategy']?.toUpperCase() === 'RACE_FIRST_TCP_CONNECT',
  } as const;
  const hosts = entry.each('spec.hosts[]');
  // A host that is named twice is one service all the same.
  const first = new Map([...hosts].reverse().map((field) => [field.value, field]));
  return hosts.flatMap((field) => {
    const hostname = field.value;
    if (first.get(hostname) !== field) return [];
    const autoAllocatedAddresses = addressesGivenTo(mesh, entry, hostname);
    return addressesOf(spec.addresses).map((address) => ({
      ...common,
      hostname,
      name: hostname,
      addresses: [address],
      autoAllocatedAddresses,
      field,
    }));
  });
}

const RESOLUTIONS: Record<NonNullable<NonNullable<KindMap['ServiceEntry']['spec']>['resolution']>, Resolution> = {
  NONE: 'passthrough',
  STATIC: 'static',
  DNS: 'dns',
  DNS_ROUND_ROBIN: 'dns-round-robin',
  DYNAMIC_DNS: 'dynamic-dns',
};

const portsOf = (entry: ServiceEntry): ServicePort[] =>
  entry.each('spec.ports[]').map((field) => {
    const { name = '', number = 0, protocol = '', targetPort } = field.value;
    return { name, number, protocol: protocolNamed(protocol), targetPort: targetPort || undefined, field };
  });

const ALLOCATES = 'networking.istio.io/enable-autoallocate-ip';

/** Whether the control plane gives addresses to the hosts of an entry, and uses them. istio: ShouldV2AutoAllocateIP */
function takesAddresses({ value, metadata }: ServiceEntry): boolean {
  const { addresses = [], resolution = 'NONE' } = value.spec ?? {};
  const optsOut = metadata.labels?.[ALLOCATES]?.toLowerCase() === 'false';
  return addresses.length === 0 && resolution !== 'NONE' && !optsOut;
}

/**
 * The addresses that the control plane gives to hosts without any in ambient mode, in the order of the input.
 * istio: ipallocate.Controller
 */
const allocations = perMesh((mesh) => {
  const given = new Map<ServiceEntry, Map<string, string[]>>();
  if (!isAmbientMesh(mesh)) return given;
  let count = 0;
  for (const entry of mesh.all('ServiceEntry')) {
    const { hosts = [], resolution } = entry.value.spec ?? {};
    if (!takesAddresses(entry)) continue;
    const byHost = new Map<string, string[]>();
    for (const host of new Set(hosts)) {
      if (isWildcard(host) && resolution !== 'DYNAMIC_DNS') continue;
      count++;
      byHost.set(host, [`240.240.${count >> 8}.${count & 255}`, `2001:2::${count.toString(16)}`]);
    }
    given.set(entry, byHost);
  }
  return given;
});

function addressesGivenTo(mesh: Mesh, entry: ServiceEntry, hostname: string): readonly string[] {
  if (!takesAddresses(entry)) return [];
  const known = allocatedAddresses(entry, hostname);
  return known.length > 0 ? known : (allocations(mesh).get(entry)?.get(hostname) ?? []);
}

/** The addresses that the control plane has given to a host, as the status says: the last one of each family. */
function allocatedAddresses({ written }: ServiceEntry, hostname: string): string[] {
  const addresses = valueAt(written, ['status', 'addresses']);
  if (!Array.isArray(addresses)) return [];
  const given = addresses.flatMap((each: unknown) => {
    const value = valueAt(each, ['value']);
    return typeof value === 'string' && ipaddr.isValid(value) && valueAt(each, ['host']) === hostname ? [value] : [];
  });
  const last = (family: 'ipv4' | 'ipv6') => given.findLast((address) => ipaddr.parse(address).kind() === family);
  return [last('ipv4'), last('ipv6')].filter((address) => address !== undefined);
}

/** Addresses and ranges as they are used; what is neither is left out. */
function addressesOf(addresses: readonly string[] = []): string[] {
  if (addresses.length === 0) return [UNSPECIFIED_ADDRESS];
  return [...new Set(addresses)].flatMap((address) => {
    if (ipaddr.isValid(address)) return [address];
    if (!ipaddr.isValidCIDR(address)) return [];
    const [ip, bits] = ipaddr.parseCIDR(address);
    return [bits === ip.toByteArray().length * 8 ? address.slice(0, address.indexOf('/')) : address];
  });
}

/** What MeshConfig lets ServiceEntries of a namespace be seen by. istio: ServiceEntryVisibilityMatcher */
function visibilityIn(mesh: Mesh, namespace: string): Service['visibility'] {
  const { serviceEntryVisibility: { defaultVisibility, policies = [] } = {} } = meshConfig(mesh);
  const { labels } = namespaceOf(mesh, namespace);
  const policy = policies.find(({ matchingRules = [] }) =>
    matchingRules.every(({ namespaceSelector }) => namespaceSelector && fitsSelector(namespaceSelector, labels)),
  );
  const visibility = policy ? policy.visibility : defaultVisibility;
  return visibility === 'NAMESPACE' ? 'namespace' : visibility === 'NONE' ? 'none' : 'public';
}

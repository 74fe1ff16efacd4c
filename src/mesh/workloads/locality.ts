/** Where workloads run: region, zone, and the network they are on. */
import ipaddr from 'ipaddr.js';
import type { Labels } from './labels';
import { perMesh } from '../memo';
import type { Mesh } from '../mesh';
import { meshNetworks } from '../settings/mesh-config';
import { namespaceOf } from '../settings/namespaces';

const NETWORK = 'topology.istio.io/network';
const REGION = 'topology.kubernetes.io/region';
const ZONE = 'topology.kubernetes.io/zone';
const SUBZONE = 'topology.istio.io/subzone';

/** The name under which the one cluster of the input goes. */
export const CLUSTER = 'Kubernetes';

const nodes = perMesh((mesh) => new Map(mesh.all('Node').map((node) => [node.name, node.value.metadata.labels ?? {}])));

/** Where a pod runs, as `region/zone/subzone`; empty where nothing tells. istio: kube controller getPodLocality */
export function localityOf(mesh: Mesh, labels: Labels, nodeName: string): string {
  const label = localityLabel(labels);
  if (label !== '') return label;
  const node = nodes(mesh).get(nodeName);
  if (!node) return '';
  const region = node[REGION] ?? node['failure-domain.beta.kubernetes.io/region'] ?? '';
  const zone = node[ZONE] ?? node['failure-domain.beta.kubernetes.io/zone'] ?? '';
  const subzone = node[SUBZONE] ?? '';
  return region || zone || subzone ? `${region}/${zone}/${subzone}` : '';
}

/** The place that a workload's own label tells; labels cannot hold slashes, so they may be written as dots. */
export function localityLabel(labels: Labels): string {
  const label = labels['topology.istio.io/locality'] ?? labels['istio-locality'] ?? '';
  return label.includes('/') ? label : label.replaceAll('.', '/');
}

const ranges = perMesh((mesh) =>
  Object.entries(meshNetworks(mesh).networks ?? {}).flatMap(([network, { endpoints = [] }]) =>
    endpoints.flatMap(({ fromCidr }) =>
      fromCidr && ipaddr.isValidCIDR(fromCidr) ? [{ network, cidr: ipaddr.parseCIDR(fromCidr) }] : [],
    ),
  ),
);

const networkOfCluster = perMesh(
  (mesh) =>
    Object.entries(meshNetworks(mesh).networks ?? {}).find(([, { endpoints = [] }]) =>
      endpoints.some(({ fromRegistry }) => fromRegistry === CLUSTER),
    )?.[0] ?? '',
);

/** The network that an address is on, empty where the mesh has only one. istio: kube controller Network */
export function networkOf(mesh: Mesh, address: string, labels: Labels): string {
  const told = labels[NETWORK] || namespaceOf(mesh, 'istio-system').labels[NETWORK] || networkOfCluster(mesh);
  if (told || ranges(mesh).length === 0 || !ipaddr.isValid(address)) return told;
  const ip = ipaddr.parse(address);
  const range = ranges(mesh).find(({ cidr }) => cidr[0].kind() === ip.kind() && ip.match(cidr));
  return range?.network ?? '';
}

/** The labels by which endpoints and proxies are chosen: their own, and where they are. istio: label.AugmentLabels */
export function withPlace(labels: Labels, locality: string, nodeName: string, network: string): Labels {
  const [region, zone, subzone] = locality.split('/');
  return {
    ...labels,
    ...(region && { [REGION]: region }),
    ...(zone && { [ZONE]: zone }),
    ...(subzone && { [SUBZONE]: subzone }),
    'topology.istio.io/cluster': CLUSTER,
    ...(nodeName && { 'kubernetes.io/hostname': nodeName }),
    ...(network && !labels[NETWORK] && { [NETWORK]: network }),
  };
}

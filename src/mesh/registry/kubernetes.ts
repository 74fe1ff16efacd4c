/** The services that Kubernetes declares. */
import type { Resource } from '../../source/resource';
import type { KindMap } from '../../schema/kinds';
import { created } from '../creation';
import { gatewayServices } from '../gateways/gateway-deployments';
import { alphabetically, serviceHost } from '../services/hostname';
import type { Labels } from '../workloads/labels';
import { perMesh } from '../memo';
import type { Mesh } from '../mesh';
import { meshConfig } from '../settings/mesh-config';
import { isDiscovered, namespaceOf } from '../settings/namespaces';
import { protocolOfPort } from '../services/protocol';
import {
  type Resolution,
  type Service,
  type ServicePort,
  type TrafficDistribution,
  UNSPECIFIED_ADDRESS,
} from '../services/service';
import { spiffe } from '../policies/spiffe';

type KubernetesService = Resource<KindMap['Service']>;

/** A Service of Kubernetes, what Istio makes of it, and the address it has in the cluster. */
export interface ClusterService {
  readonly resource: KubernetesService;
  readonly service: Service;
  /** `None` for a headless one, empty for one that is only another name. */
  readonly clusterIP: string;
}

/** Every Service of the cluster, in the order of the input; those that have no address yet are given one, counted up. */
export const clusterServices: (mesh: Mesh) => readonly ClusterService[] = perMesh((mesh) => {
  const addresses = serviceAddresses();
  return [...mesh.all('Service'), ...gatewayServices(mesh)].map((resource) => {
    const { clusterIP = '', type } = resource.value.spec ?? {};
    const address = clusterIP === '' && type !== 'ExternalName' ? addresses.next().value : clusterIP;
    return { resource, clusterIP: address, service: convert(mesh, resource, address) };
  });
});

/** The services that the control plane sees. istio: kube controller Services */
export const services: (mesh: Mesh) => readonly Service[] = perMesh((mesh) =>
  clusterServices(mesh)
    .map(({ service }) => service)
    .filter(({ namespace }) => isDiscovered(mesh, namespace))
    .sort((one, other) => alphabetically(one.hostname, other.hostname)),
);

/** istio: kube.ConvertService */
function convert(mesh: Mesh, resource: KubernetesService, clusterIP: string): Service {
  const { name, namespace, value } = resource;
  const { spec = {}, metadata } = value;
  const annotations = metadata.annotations ?? {};
  const externalName = spec.type === 'ExternalName' ? spec.externalName || undefined : undefined;
  return {
    isInCluster: true,
    hostname: serviceHost(name, namespace, mesh.domain),
    name,
    namespace,
    objectName: '',
    ports: portsOf(resource),
    resolution: resolutionOf(clusterIP, externalName),
    addresses: addressesOf(clusterIP, spec.clusterIPs),
    autoAllocatedAddresses: [],
    externalAddresses: externalAddresses(value),
    meshExternal: externalName !== undefined,
    exportTo: exportedTo(annotations),
    visibility: 'public',
    labels: metadata.labels ?? {},
    selector: spec.selector,
    serviceAccounts: serviceAccounts(mesh, namespace, annotations),
    created: created(metadata, 0),
    externalName,
    aliases: [],
    kubernetesType: spec.type ?? 'ClusterIP',
    nodeLocal: spec.internalTrafficPolicy === 'Local',
    trafficDistribution: trafficDistribution(
      spec.trafficDistribution,
      annotations,
      namespaceOf(mesh, namespace).annotations,
    ),
    publishNotReadyAddresses: spec.publishNotReadyAddresses ?? false,
    racesConnections: false,
    field: resource.at(['metadata', 'name']),
  };
}

function portsOf(resource: KubernetesService): ServicePort[] {
  const ports = resource.each('spec.ports[]');
  return ports.map((field) => {
    const { name = '', port: number = 0, protocol = 'TCP', appProtocol, targetPort = number } = field.value;
    return { name, number, protocol: protocolOfPort(number, name, protocol, appProtocol), targetPort, field };
  });
}

function resolutionOf(clusterIP: string, externalName: string | undefined): Resolution {
  if (clusterIP === 'None') return 'passthrough';
  return externalName === undefined ? 'static' : 'alias';
}

function addressesOf(clusterIP: string, clusterIPs: readonly string[] = []): readonly string[] {
  if (clusterIP === '' || clusterIP === 'None') return [UNSPECIFIED_ADDRESS];
  return clusterIPs.length > 1 ? clusterIPs : [clusterIP];
}

function externalAddresses({ spec = {}, status }: KindMap['Service']): string[] {
  const ingress = spec.type === 'LoadBalancer' ? (status?.loadBalancer?.ingress ?? []) : [];
  return [...ingress.flatMap(({ ip, hostname }) => ip || hostname || []), ...(spec.externalIPs ?? [])];
}

function exportedTo(annotations: Labels): Set<string> {
  const list = annotations['networking.istio.io/exportTo'];
  return new Set(list ? list.split(',').map((entry) => entry.trim()) : []);
}

function serviceAccounts(mesh: Mesh, namespace: string, annotations: Labels): string[] {
  const canonical = annotations['alpha.istio.io/canonical-serviceaccounts'];
  const ours = annotations['alpha.istio.io/kubernetes-serviceaccounts'];
  const { trustDomain } = meshConfig(mesh);
  return [
    ...(canonical ? canonical.split(',') : []),
    ...(ours ? ours.split(',').map((name) => spiffe(trustDomain, namespace, name)) : []),
  ];
}

/** What the service asks for, else what its annotation or its namespace's does. istio: model.GetTrafficDistribution */
export function trafficDistribution(
  spec: string | undefined,
  annotations: Labels,
  namespaceAnnotations: Labels,
): TrafficDistribution {
  const NAME = 'networking.istio.io/traffic-distribution';
  const told = DISTRIBUTIONS.get(spec?.toLowerCase() ?? '');
  if (told) return told;
  const annotation = (annotations[NAME] || namespaceAnnotations[NAME] || '').toLowerCase();
  return DISTRIBUTIONS.get(annotation) ?? 'any';
}

const DISTRIBUTIONS = new Map<string, TrafficDistribution>([
  ['preferclose', 'same-zone'],
  ['prefersamezone', 'same-zone'],
  ['prefersamenode', 'same-node'],
]);

function* serviceAddresses(): Generator<string, never> {
  for (let count = 0; ; count++) yield `10.96.${Math.floor(count / 254)}.${(count % 254) + 1}`;
}

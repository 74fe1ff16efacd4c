/** The workloads that ztunnel knows: pods, WorkloadEntries, endpoints of ServiceEntries and of EndpointSlices without pods. */
import ipaddr from 'ipaddr.js';
import { waypointOfPod } from '../../mesh/ambient/ambient';
import { endpointUid, entryUid, podUid } from '../../mesh/ambient/waypoint-resources';
import { GATEWAY_NAME } from '../../mesh/gateways/gateway-deployments';
import { addTo, groupBy } from '../../mesh/grouping';
import { isCaptured } from '../../mesh/injection/injection';
import { perMesh } from '../../mesh/memo';
import type { Mesh } from '../../mesh/mesh';
import { containerPorts, instanceOfEntry } from '../../mesh/registry/workload-instances';
import type { Service, ServicePort } from '../../mesh/services/service';
import { configs } from '../../mesh/settings/configs';
import { meshConfig } from '../../mesh/settings/mesh-config';
import { isDiscovered } from '../../mesh/settings/namespaces';
import { canonicalService } from '../../mesh/workloads/canonical-service';
import { type Labels, selectsSome } from '../../mesh/workloads/labels';
import { CLUSTER, localityOf } from '../../mesh/workloads/locality';
import { type Pod, TUNNEL, pods } from '../../mesh/workloads/workloads';
import type { KindMap } from '../../schema/kinds';
import type { Resource } from '../../source/resource';
import type { Locality, Port, PortList, Workload } from '../../ztunnel/config';
import { localNetwork, networkGatewayOf } from './network';
import { peerPolicyKeys } from './peer-authentication';
import { selectorPolicyKeys } from './policies';
import { sentServices } from './services';
import { waypointAddress, waypointBinding } from './waypoints';
import { own } from '../../source/own';

/** Every workload. istio: ambient.WorkloadsCollection */
export const sentWorkloads = (mesh: Mesh): Workload[] => [
  ...pods(mesh)
    .filter(({ namespace }) => isDiscovered(mesh, namespace))
    .map((pod) => ofPod(mesh, pod)),
  ...configs(mesh, 'WorkloadEntry').map((entry) => ofEntry(mesh, entry)),
  ...configs(mesh, 'ServiceEntry').flatMap((entry) => ofServiceEntry(mesh, entry)),
  ...mesh
    .all('EndpointSlice')
    .filter(({ namespace }) => isDiscovered(mesh, namespace))
    .flatMap((slice) => ofSlice(mesh, slice)),
];

const NAMELESS = '';

/** What all workloads have in common. */
function common(
  mesh: Mesh,
  network = localNetwork(mesh),
): Pick<Workload, 'clusterId' | 'network' | 'networkGateway' | 'trustDomain'> {
  const networkGateway = networkGatewayOf(mesh, network);
  const { trustDomain } = meshConfig(mesh);
  return {
    clusterId: CLUSTER,
    ...(network && { network }),
    ...(networkGateway && { networkGateway }),
    ...(trustDomain !== 'cluster.local' && { trustDomain }),
  };
}

const policiesOf = (
  mesh: Mesh,
  workload: { namespace: string; labels: Labels },
): Pick<Workload, 'authorizationPolicies'> => {
  const keys = [...selectorPolicyKeys(mesh, workload), ...peerPolicyKeys(mesh, workload)];
  return keys.length > 0 ? { authorizationPolicies: keys } : {};
};

/** istio: podWorkloadBuilder */
function ofPod(mesh: Mesh, pod: Pod): Workload {
  const { name, namespace, labels, serviceAccount, workload, template } = pod;
  const { nodeName, hostNetwork } = template.value.spec ?? {};
  const canonical = canonicalService(labels, workload.name);
  const gateway = labels[GATEWAY_NAME];
  const waypoint = gateway === undefined ? waypointAddress(mesh, waypointOfPod(mesh, pod)) : undefined;
  const applicationTunnel = gateway === undefined ? undefined : waypointBinding(mesh, { namespace, name: gateway });
  const locality = nodeLocality(mesh, nodeName ?? '');
  return {
    uid: podUid(pod),
    name,
    namespace,
    ...common(mesh),
    addresses: podAddresses(pod),
    ...(serviceAccount && { serviceAccount }),
    ...(waypoint && { waypoint }),
    ...(applicationTunnel && { applicationTunnel }),
    ...(nodeName && { node: nodeName }),
    ...(locality && { locality }),
    ...servicesOf(
      mesh,
      pod,
      (port, service) => portOfPod(pod, port, service),
      servicesNamingPods(mesh).get(`${namespace}/${name}`),
    ),
    ...policiesOf(mesh, pod),
    ...(hostNetwork && { networkMode: 'HOST_NETWORK' as const }),
    ...(isUnready(pod) && { status: 'UNHEALTHY' as const }),
    workloadName: workload.name,
    workloadType: 'POD',
    canonicalName: canonical.name,
    canonicalRevision: canonical.revision,
    ...tunnelOf(labels, isCaptured(mesh, workload)),
  };
}

/** What a Pod of the input says of itself; made-up pods say nothing. */
function writtenPod({ template }: Pod): KindMap['Pod'] | undefined {
  const { resource } = template;
  return resource.kind === 'Pod' ? (resource as Resource<KindMap['Pod']>).value : undefined;
}

function podAddresses(pod: Pod): string[] {
  const given = writtenPod(pod)?.status?.podIPs?.flatMap(({ ip }) => ip ?? []) ?? [];
  return given.length > 0 ? given : [pod.ip];
}

const isUnready = (pod: Pod): boolean =>
  writtenPod(pod)?.status?.conditions?.some(({ type, status }) => type === 'Ready' && status !== 'True') ?? false;

/** istio: setTunnelProtocol */
function tunnelOf(labels: Labels, captured: boolean): Pick<Workload, 'tunnelProtocol' | 'nativeTunnel'> {
  if (labels[TUNNEL]?.split(',').includes('http')) return { tunnelProtocol: 'HBONE', nativeTunnel: true };
  return captured ? { tunnelProtocol: 'HBONE' } : {};
}

/** A node has no label of Istio's for pods here: only the node counts. istio: getPodLocality */
const nodeLocality = (mesh: Mesh, nodeName: string): Locality | undefined =>
  localityFrom(localityOf(mesh, {}, nodeName));

function localityFrom(text: string): Locality | undefined {
  const [region, zone, subzone] = text.split('/');
  if (!region && !zone && !subzone) return undefined;
  return { ...(region && { region }), ...(zone && { zone }), ...(subzone && { subzone }) };
}

const servicesByNamespace = perMesh((mesh) => groupBy(sentServices(mesh), ({ service }) => service.namespace));

const servicesByEntry = perMesh((mesh) =>
  groupBy(
    sentServices(mesh).filter(({ service }) => !service.isInCluster),
    ({ service }) => `${service.namespace}/${service.objectName}`,
  ),
);

type TargetPort = (port: ServicePort, service: Service) => number | undefined;

/** The services that select a workload of a namespace, with its own port for each of theirs. */
function servicesOf(
  mesh: Mesh,
  { namespace, labels }: { namespace: string; labels: Labels },
  targetPort: TargetPort,
  others: readonly Service[] = [],
): Pick<Workload, 'services'> {
  const known = servicesByNamespace(mesh).get(namespace) ?? [];
  const selecting = known.filter(({ service }) => selectsSome(service.selector, labels));
  return portLists([...new Set([...selecting.map(({ service }) => service), ...others])], targetPort);
}

/** The Services that name a pod in EndpointSlices of theirs. istio: matchingServicesWithoutSelectors */
const servicesNamingPods = perMesh((mesh) => {
  const found = new Map<string, Service[]>();
  for (const slice of mesh.all('EndpointSlice')) {
    const service = serviceOfSlice(mesh, slice);
    for (const { targetRef } of slice.value.endpoints ?? [])
      if (service && targetRef?.kind === 'Pod') addTo(found, `${targetRef.namespace}/${targetRef.name}`, service);
  }
  return found;
});

/** The Service that a slice is for. */
function serviceOfSlice(mesh: Mesh, { namespace, value }: Resource<KindMap['EndpointSlice']>): Service | undefined {
  const name = value.metadata.labels?.['kubernetes.io/service-name'];
  if (value.addressType === 'FQDN') return undefined;
  return servicesByNamespace(mesh)
    .get(namespace)
    ?.find(({ service }) => service.isInCluster && service.name === name)?.service;
}

function portLists(all: readonly Service[], targetPort: TargetPort): Pick<Workload, 'services'> {
  if (all.length === 0) return {};
  const entries = all.map((service): [string, PortList] => {
    const ports = service.ports.flatMap((port): Port[] => {
      const target = targetPort(port, service);
      return target === undefined ? [] : [{ servicePort: port.number, ...(target > 0 && { targetPort: target }) }];
    });
    return [`${service.namespace}/${service.hostname}`, ports.length > 0 ? { ports } : {}];
  });
  return { services: Object.fromEntries(entries) };
}

/** A Service names a port of the containers as its target; of a ServiceEntry's port the own name is looked for. istio: constructServices */
function portOfPod(
  pod: Pod,
  { name, number, targetPort }: ServicePort,
  { isInCluster }: Pick<Service, 'isInCluster'>,
): number | undefined {
  if (typeof targetPort === 'string') return containerPort(pod, targetPort);
  const target = targetPort ?? number;
  return !isInCluster && name ? (containerPort(pod, name) ?? target) : target;
}

const containerPort = (pod: Pod, name: string): number | undefined =>
  containerPorts(pod).find((port) => port.name === name && (port.protocol ?? 'TCP') === 'TCP')?.containerPort;

/** The port of an address that was written down. istio: constructServicesFromWorkloadEntry */
const portOfAddress =
  (ports: Readonly<Record<string, number>> = {}): TargetPort =>
  ({ name, number, targetPort }) =>
    typeof targetPort === 'string' ? own(ports, targetPort) : (own(ports, name) ?? targetPort ?? number);

const addressOf = (text: string): Pick<Workload, 'addresses' | 'hostname'> =>
  ipaddr.isValid(text)
    ? { addresses: [ipaddr.parse(text).toString()] }
    : { ...(text !== NAMELESS && { hostname: text }) };

/** istio: workloadEntryWorkloadBuilder */
function ofEntry(mesh: Mesh, entry: Resource<KindMap['WorkloadEntry']>): Workload {
  const { spec = {}, metadata } = entry.value;
  const { name, namespace } = entry;
  const { endpoint } = instanceOfEntry(mesh, entry);
  const labels: Labels = { ...spec.labels, ...metadata.labels };
  const { workloadName } = endpoint;
  const waypoint = waypointAddress(mesh, waypointOfPod(mesh, { namespace, labels }));
  const canonical = canonicalService(labels, workloadName);
  const locality = localityFrom(spec.locality ?? '');
  return {
    uid: entryUid({ name, namespace }),
    name,
    namespace,
    ...common(mesh, spec.network || undefined),
    ...addressOf(spec.address ?? ''),
    ...(spec.serviceAccount && { serviceAccount: spec.serviceAccount }),
    ...(waypoint && { waypoint }),
    ...(locality && { locality }),
    ...servicesOf(mesh, { namespace, labels }, portOfAddress(spec.ports)),
    ...policiesOf(mesh, { namespace, labels }),
    ...(spec.weight && { capacity: spec.weight }),
    workloadName,
    workloadType: 'POD',
    canonicalName: canonical.name,
    canonicalRevision: canonical.revision,
    ...tunnelOf(labels, metadata.annotations?.['ambient.istio.io/redirection'] === 'enabled'),
  };
}

const RESOLVES = new Set(['DNS', 'DNS_ROUND_ROBIN', 'DYNAMIC_DNS']);

/** The endpoints of a ServiceEntry, or where it resolves names its hosts. istio: serviceEntryWorkloadBuilder */
function ofServiceEntry(mesh: Mesh, entry: Resource<KindMap['ServiceEntry']>): Workload[] {
  const { endpoints = [], resolution = 'NONE', workloadSelector } = entry.value.spec ?? {};
  const known =
    servicesByEntry(mesh)
      .get(`${entry.namespace}/${entry.name}`)
      ?.map(({ service }) => service) ?? [];
  if (known.length === 0) return [];
  if (endpoints.length > 0)
    return withNetworks(endpoints).map((endpoint) => {
      const labels = endpoint.labels ?? {};
      const waypoint = waypointAddress(mesh, waypointOfPod(mesh, { namespace: entry.namespace, labels }));
      return { ...ofEndpoint(mesh, entry, endpoint, known), ...(waypoint && { waypoint }) };
    });
  if (!RESOLVES.has(resolution) || workloadSelector) return [];
  return known.map((service) => ofEndpoint(mesh, entry, { address: service.hostname }, [service]));
}

type WrittenEndpoint = NonNullable<NonNullable<KindMap['ServiceEntry']['spec']>['endpoints']>[number];

/** An endpoint without a network has the network of the endpoint before it: Pilot keeps the variable from one to the next. */
function withNetworks(endpoints: readonly WrittenEndpoint[]): WrittenEndpoint[] {
  let last: string | undefined;
  return endpoints.map((endpoint) => {
    last = endpoint.network || last;
    return { ...endpoint, ...(last && { network: last }) };
  });
}

function ofEndpoint(
  mesh: Mesh,
  entry: Resource<KindMap['ServiceEntry']>,
  { address = '', ports, serviceAccount, network, locality: place = '', weight }: WrittenEndpoint,
  known: readonly Service[],
): Workload {
  const { name, namespace, metadata } = entry;
  const labels: Labels = metadata.labels ?? {};
  const canonical = canonicalService(labels, name);
  const locality = localityFrom(place);
  return {
    uid: endpointUid(entry, address),
    name,
    namespace,
    ...common(mesh, network || undefined),
    ...addressOf(address),
    ...(serviceAccount && { serviceAccount }),
    ...(locality && { locality }),
    ...portLists(known, portOfAddress(ports)),
    ...policiesOf(mesh, { namespace, labels }),
    ...(weight && { capacity: weight }),
    workloadName: name,
    workloadType: 'POD',
    canonicalName: canonical.name,
    canonicalRevision: canonical.revision,
    ...tunnelOf(labels, metadata.annotations?.['ambient.istio.io/redirection'] === 'enabled'),
  };
}

/** The addresses of an EndpointSlice that are not those of pods. istio: endpointSlicesBuilder */
function ofSlice(mesh: Mesh, slice: Resource<KindMap['EndpointSlice']>): Workload[] {
  const { ports = [], endpoints = [] } = slice.value;
  const { name, namespace } = slice;
  const service = serviceOfSlice(mesh, slice);
  if (!service) return [];
  const target: TargetPort = (port) =>
    ports.find((each) => each.name === port.name && (each.protocol ?? 'TCP') === 'TCP')?.port;
  const seen = new Set<string>();
  return endpoints.flatMap(({ addresses = [], targetRef, conditions }): Workload[] => {
    const [address = ''] = addresses;
    if (targetRef?.kind === 'Pod' || seen.has(address) || !addresses.every((each) => ipaddr.isValid(each))) return [];
    seen.add(address);
    return [
      {
        uid: `${CLUSTER}/discovery.k8s.io/EndpointSlice/${namespace}/${name}/${address}`,
        name,
        namespace,
        ...common(mesh),
        addresses: addresses.map((each) => ipaddr.parse(each).toString()),
        ...portLists([service], target),
        ...(conditions?.ready === false && { status: 'UNHEALTHY' as const }),
        networkMode: 'HOST_NETWORK',
      },
    ];
  });
}

/** The endpoints of ServiceEntries: those written in them, the workloads they select, or the host itself. */
import { alphabetically } from '../services/hostname';
import { addTo, groupBy } from '../grouping';
import { LabelIndex } from '../workloads/labels';
import { perMesh } from '../memo';
import type { Mesh } from '../mesh';
import { type Endpoint, type Service, type ServicePort, type ServiceTarget, serviceKey } from '../services/service';
import { type EntryService, entryServices } from './service-entry';
import { type WorkloadInstance, instanceOfAddress, instancesOfPods, workloadEntries } from './workload-instances';
import { own } from '../../source/own';

const UNIX = 'unix://';

/** Pods and WorkloadEntries by namespace: pods first, then by name. */
const selectable = perMesh((mesh) => {
  const all = [...instancesOfPods(mesh).values(), ...workloadEntries(mesh)];
  all.sort((one, other) => alphabetically(one.kind, other.kind) || alphabetically(one.name, other.name));
  const groups = groupBy(all, ({ namespace }) => namespace);
  return new Map(
    [...groups].map(([namespace, group]) => [namespace, new LabelIndex(group, ({ endpoint }) => endpoint.labels)]),
  );
});

const inOrder = perMesh((mesh) => {
  const groups = groupBy(entryServices(mesh), ({ service }) => serviceKey(service));
  for (const group of groups.values())
    group.sort(
      ({ service: one }, { service: other }) =>
        one.created - other.created || alphabetically(one.objectName, other.objectName),
    );
  return groups;
});

interface Instance {
  readonly service: Service;
  readonly endpoint: Endpoint;
}

/**
 * What the ServiceEntries of each host and namespace lead to, together; of those whose name is resolved to one address at a time,
 * only the first of each port counts. istio: serviceentry.mergeServicesInstancesByNamespaceHost
 */
const instances = perMesh((mesh) => {
  const merged = new Map<string, readonly Instance[]>();
  for (const [key, group] of inOrder(mesh)) {
    const resolvedPorts = new Set<number | undefined>();
    const all = group.flatMap((each) =>
      instancesOf(mesh, each).map((endpoint) => ({ service: each.service, endpoint })),
    );
    const counting = all.filter(({ service, endpoint }) => {
      if (service.resolution !== 'dns-round-robin') return true;
      const first = !resolvedPorts.has(endpoint.portNumber);
      resolvedPorts.add(endpoint.portNumber);
      return first;
    });
    merged.set(key, counting);
  }
  return merged;
});

/** What the ServiceEntries of this key lead to. */
export const endpoints = (mesh: Mesh, key: string): readonly Endpoint[] =>
  instances(mesh)
    .get(key)
    ?.map(({ endpoint }) => endpoint) ?? [];

/** istio: serviceentry.services, convertServiceEntryToInstances */
function instancesOf(mesh: Mesh, { entry, service }: EntryService): Endpoint[] {
  const { endpoints: written = [] } = entry.value.spec ?? {};
  const resolvesNames = service.resolution === 'dns' || service.resolution === 'dns-round-robin';
  if (service.selector) {
    const chosen = selectable(mesh).get(service.namespace)?.select(service.selector) ?? [];
    return chosen.filter(({ nameOnly }) => resolvesNames || !nameOnly).flatMap((each) => onPorts(each, service));
  }
  if (written.length === 0 && resolvesNames) return service.ports.map((port) => hostAsEndpoint(service, port));
  return entry.each('spec.endpoints[]').flatMap((field, index) => {
    const identity = { name: `${entry.name}-${index}`, namespace: entry.namespace };
    return onPorts(instanceOfAddress(mesh, field.value, identity, field), service);
  });
}

/** istio: serviceentry.convertWorkloadInstanceToServiceInstance */
function onPorts({ endpoint, ports }: WorkloadInstance, service: Service): Endpoint[] {
  const socket = endpoint.address.startsWith(UNIX) ? endpoint.address.slice(UNIX.length) : undefined;
  return service.ports.map(({ name, number, targetPort }) => ({
    ...endpoint,
    address: socket ?? endpoint.address,
    port: socket === undefined ? own(ports, name) || Number(targetPort ?? number) : 0,
    portName: name,
    portNumber: number,
  }));
}

function hostAsEndpoint(service: Service, { name, number, targetPort }: ServicePort): Endpoint {
  return {
    address: service.hostname,
    port: Number(targetPort ?? number),
    portName: name,
    portNumber: number,
    labels: {},
    serviceAccount: '',
    network: '',
    locality: '',
    tlsMode: 'disabled',
    workloadName: service.objectName,
    namespace: service.namespace,
    weight: 0,
    health: 'healthy',
    nodeName: '',
    hostname: '',
    subdomain: '',
    field: service.field,
  };
}

const targets = perMesh((mesh) => {
  const found = new Map<string, ServiceTarget[]>();
  for (const group of instances(mesh).values())
    for (const { service, endpoint } of group) {
      const port = service.ports.find(({ number }) => number === endpoint.portNumber);
      const target = port && { service, port, targetPort: endpoint.port };
      if (target) addTo(found, `${service.namespace} ${endpoint.address}`, target);
    }
  return found;
});

/** The ports of ServiceEntries that an address of a namespace serves. istio: serviceentry GetProxyServiceTargets */
export const targetsOfAddress = (mesh: Mesh, namespace: string, address: string): readonly ServiceTarget[] =>
  targets(mesh).get(`${namespace} ${address}`) ?? [];

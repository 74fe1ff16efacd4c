import { groupBy } from '../../mesh/grouping';
import { selectsSome } from '../../mesh/workloads/labels';
import { perMesh } from '../../mesh/memo';
import type { Mesh } from '../../mesh/mesh';
import { isWaypoint } from '../../mesh/workloads/proxy';
import { type Protocol, protocolOfPort } from '../../mesh/services/protocol';
import { type Workload, workloadsSelected } from '../../mesh/workloads/workloads';
import type { KindMap } from '../../schema/kinds';
import type { Field } from '../../source/field';
import type { Resource } from '../../source/resource';

type Service = Resource<KindMap['Service']>;
type Port = NonNullable<NonNullable<KindMap['Service']['spec']>['ports']>[number];

/** A port of a Service, and what it carries. */
export interface WrittenPort {
  readonly service: Service;
  readonly field: Field<Port>;
  readonly protocol: Protocol;
}

/** The ports of a Service as they were written. */
export const portsOf = (service: Service): WrittenPort[] =>
  service.each('spec.ports[]').map((field) => {
    const { port = 0, name = '', protocol = 'TCP', appProtocol } = field.value;
    return { service, field, protocol: protocolOfPort(port, name, protocol, appProtocol) };
  });

/** The workloads whose pods a Service leads to. */
export function workloadsBehind(mesh: Mesh, { namespace, value }: Service): readonly Workload[] {
  const { selector } = value.spec ?? {};
  if (!selectsSome(selector, selector ?? {})) return [];
  return workloadsSelected(mesh, selector, namespace).filter((workload) => !isWaypoint(workload));
}

/** The ports of all Services that lead to a workload. */
export const portsByWorkload: (mesh: Mesh) => ReadonlyMap<Workload, readonly WrittenPort[]> = perMesh((mesh) => {
  const pairs = mesh.all('Service').flatMap((service) => {
    const ports = portsOf(service);
    return workloadsBehind(mesh, service).flatMap((workload) => ports.map((port) => ({ workload, port })));
  });
  const groups = groupBy(pairs, ({ workload }) => workload);
  return new Map([...groups].map(([workload, group]) => [workload, group.map(({ port }) => port)]));
});

/** The port of the pods that a port leads to, or its name. */
export function targetOf({ field }: WrittenPort): number | string {
  const { port = 0, targetPort } = field.value;
  return targetPort === undefined || targetPort === 0 || targetPort === '' ? port : targetPort;
}

/** The ports that the containers of a workload declare, those of its proxy left out. */
export const declaredPorts = ({ template }: Workload): { name: string; number: number }[] =>
  ['containers', 'initContainers'].flatMap((list) => {
    const { spec } = template.value;
    const containers = (list === 'containers' ? spec?.containers : spec?.initContainers) ?? [];
    return containers
      .filter(({ name }) => name !== 'istio-proxy')
      .flatMap(({ ports = [] }) => ports.map(({ name = '', containerPort = 0 }) => ({ name, number: containerPort })));
  });

/** Workloads outside the cluster: WorkloadEntries, and the WorkloadGroups that more of them may come from. */
import type { KindMap } from '../../schema/kinds';
import type { Resource } from '../../source/resource';
import { groupBy } from '../grouping';
import { type Labels, LabelIndex } from './labels';
import { perMesh } from '../memo';
import type { Mesh } from '../mesh';
import { workloadsSelected } from './workloads';

/** A machine, or a group of machines, that selectors may choose like a workload of the cluster. */
export interface Machine {
  readonly kind: 'WorkloadEntry' | 'WorkloadGroup';
  readonly name: string;
  readonly namespace: string;
  readonly labels: Labels;
  readonly serviceAccount: string;
  readonly resource: Resource<unknown>;
}

/** Every WorkloadEntry and WorkloadGroup, in the order of the input. */
export const machines: (mesh: Mesh) => readonly Machine[] = perMesh((mesh) => [
  ...mesh.all('WorkloadEntry').map(machineOfEntry),
  ...mesh.all('WorkloadGroup').map(machineOfGroup),
]);

function machineOfEntry(resource: Resource<KindMap['WorkloadEntry']>): Machine {
  const { name, namespace, value } = resource;
  const { labels, serviceAccount = '' } = value.spec ?? {};
  return {
    kind: 'WorkloadEntry',
    name,
    namespace,
    resource,
    serviceAccount,
    labels: { ...labels, ...value.metadata.labels },
  };
}

/** Entries that register themselves have the labels of their group's template. */
function machineOfGroup(resource: Resource<KindMap['WorkloadGroup']>): Machine {
  const { name, namespace, value } = resource;
  const { metadata, template } = value.spec ?? {};
  const { labels, serviceAccount = '' } = template ?? {};
  return {
    kind: 'WorkloadGroup',
    name,
    namespace,
    resource,
    serviceAccount,
    labels: { ...labels, ...metadata?.labels },
  };
}

const byNamespace = perMesh((mesh) => {
  const groups = groupBy(machines(mesh), ({ namespace }) => namespace);
  return new Map([...groups].map(([name, group]) => [name, new LabelIndex(group, ({ labels }) => labels)]));
});

const everywhere = perMesh((mesh) => new LabelIndex(machines(mesh), ({ labels }) => labels));

/** The machines that a selector chooses, in one namespace or everywhere. */
export const machinesSelected = (mesh: Mesh, selector: Labels | undefined, namespace?: string): readonly Machine[] =>
  (namespace === undefined ? everywhere(mesh) : byNamespace(mesh).get(namespace))?.select(selector) ?? [];

/** Whether a selector chooses anything at all, in the cluster or outside of it. */
export const selectsAnything = (mesh: Mesh, selector: Labels | undefined, namespace?: string): boolean =>
  workloadsSelected(mesh, selector, namespace).length > 0 || machinesSelected(mesh, selector, namespace).length > 0;

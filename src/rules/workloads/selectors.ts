/** What to say of selectors that choose nothing. */
import type { Labels } from '../../mesh/workloads/labels';
import type { Mesh } from '../../mesh/mesh';
import { rootNamespace } from '../../mesh/settings/mesh-config';
import { isGateway } from '../../mesh/workloads/proxy';
import { type Workload, workloadsSelected } from '../../mesh/workloads/workloads';
import { nearest } from '../../schema/spelling';
import type { Field } from '../../source/field';
import type { Missing } from '../rule';

/**
 * The workloads of a namespace, or of the whole mesh. An input that holds one of a namespace is taken to hold all of them; one that
 * holds none of the root namespace, where gateways mostly are, is not taken for the whole mesh.
 */
export function workloadsIn(mesh: Mesh, reach: string | undefined): Missing {
  const namespace = reach ?? rootNamespace(mesh);
  const [known] = workloadsSelected(mesh, undefined, namespace);
  return { kind: known?.resource.kind ?? 'Deployment', namespace };
}

/** Labels as people write them on a command line, in double quotes. */
export const labelText = (labels: Labels): string =>
  `"${Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join(',')}"`;

/** The narrowest field to show for a selector: its first label, or itself where it has none. */
export function firstLabel(matchLabels: Field<Labels>): Field {
  const [first] = Object.keys(matchLabels.value ?? {});
  return first === undefined ? matchLabels : matchLabels.child(first);
}

/** A gateway in another namespace that carries the labels: a selector only applies in the namespace of its object. */
export const gatewayElsewhere = (mesh: Mesh, labels: Labels, reach: string | undefined): Workload | undefined =>
  reach === undefined ? undefined : workloadsSelected(mesh, labels).find((each) => isGateway(mesh, each));

/** The way out where the labels are those of a gateway in another namespace. */
export const elsewhereHint = ({ resource, namespace }: Workload): string =>
  `; ${resource.title} has them, but a selector applies in its own namespace only: move this object to namespace "${namespace}"`;

/** `; did you mean "app=reviews"?` where a label's value is near to one that something carries. */
export function labelHint(selector: Labels, candidates: Iterable<{ readonly labels: Labels }>): string {
  const carriers = [...candidates];
  for (const [name, value] of Object.entries(selector)) {
    const values = new Set(carriers.flatMap(({ labels }) => (Object.hasOwn(labels, name) ? labels[name]! : [])));
    const meant = values.has(value) ? undefined : nearest(value, values);
    if (meant !== undefined) return `; did you mean "${name}=${meant}"?`;
  }
  return '';
}

/** What could be meant by a name that no workload has. */
import { distance } from 'fastest-levenshtein';
import { allNearest } from '../../schema/spelling';
import type { Mesh } from '../mesh';
import { workloadsOf } from '../services/service-workloads';
import { services } from '../services/services';

/** The names of the form `WORKLOAD.NAMESPACE` from which a user can choose. */
export type NameChoices =
  /** The unknown name is that of the Service `NAME.NAMESPACE`; these are its workloads. */
  | { readonly kind: 'of service'; readonly service: string; readonly names: readonly string[] }
  /** The unknown name lacks the namespace, has another one, is that of a pod, or is misspelled. */
  | { readonly kind: 'similar'; readonly names: readonly string[] }
  /** All names, the most similar first. */
  | { readonly kind: 'all'; readonly names: readonly string[] };

/** `WORKLOAD.NAMESPACE`. */
export const fullName = ({ name, namespace }: { readonly name: string; readonly namespace: string }): string =>
  `${name}.${namespace}`;

/** Which of the names could be meant by another. */
export function choicesFor(mesh: Mesh, unknown: string, names: readonly string[]): NameChoices {
  const wanted = unknown.slice(unknown.lastIndexOf('/') + 1);
  const inOtherForm = names.filter((name) => withoutNamespace(name) === wanted);
  if (inOtherForm.length > 0) return { kind: 'similar', names: inOtherForm };
  const found = ofService(mesh, wanted, names) ?? similarTo(wanted, names);
  return found ?? { kind: 'all', names: bySimilarity(wanted, names) };
}

const withoutNamespace = (name: string): string => name.slice(0, Math.max(name.lastIndexOf('.'), 0));

function ofService(mesh: Mesh, wanted: string, names: readonly string[]): NameChoices | undefined {
  for (const service of services(mesh)) {
    if (![service.name, fullName(service), service.hostname].includes(wanted)) continue;
    const own = new Set(workloadsOf(mesh, service).map(fullName));
    const chosen = names.filter((name) => own.has(name));
    if (chosen.length > 0) return { kind: 'of service', service: fullName(service), names: chosen };
  }
  return undefined;
}

function similarTo(wanted: string, names: readonly string[]): NameChoices | undefined {
  const found = [
    names.filter((name) => withoutNamespace(name) === withoutNamespace(wanted)),
    names.filter((name) => isPodOf(wanted, name)),
    allNearest(wanted, names),
    names.filter((name) => allNearest(wanted, [withoutNamespace(name)]).length > 0),
  ].find((similar) => similar.length > 0);
  return found && { kind: 'similar', names: found };
}

/** Whether a name is that of a pod in a cluster, which has a suffix behind the name of its workload. */
function isPodOf(wanted: string, name: string): boolean {
  const [pod, workload] = [withoutNamespace(wanted), withoutNamespace(name)];
  return pod.startsWith(`${workload}-`) && wanted.slice(pod.length) === name.slice(workload.length);
}

const bySimilarity = (wanted: string, names: readonly string[]): string[] =>
  names
    .map((name) => ({ name, far: distance(wanted, name) }))
    .sort((one, other) => one.far - other.far)
    .map(({ name }) => name);

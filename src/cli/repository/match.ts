import type { KubernetesObject, Resource } from '../../source/resource';
import type { Kustomization } from './kustomization';

/** An object in a source file, and the kustomizations that take it in, the root first. */
export interface Candidate {
  resource: Resource;
  chain: readonly Kustomization[];
}

/**
 * Which of the candidates a rendered object was made from: the one that has its name once all prefixes and suffixes on the way
 * are added, and its namespace; else the one whose name is the longest part of its name.
 */
export function match(rendered: KubernetesObject, candidates: readonly Candidate[]): Candidate | undefined {
  const group = rendered.apiVersion.replace(/(^|\/)[^/]*$/, '');
  const same = candidates.filter(({ resource }) => resource.kind === rendered.kind && resource.group === group);
  const { name = '', namespace } = rendered.metadata;
  const byName = [
    same.filter((each) => expectedName(each) === name),
    same.filter(({ resource }) => resource.name === name),
    longest(same.filter(({ resource }) => name.includes(resource.name))),
  ].find((found) => found.length > 0);
  // A kustomization that sets a namespace names its Namespace after it.
  if (!byName) return same.length === 1 ? same[0] : undefined;
  return byName.find((each) => expectedNamespace(each) === namespace) ?? byName[0];
}

function expectedName({ resource, chain }: Candidate): string {
  const part = (name: string) => (kustomization: Kustomization) => text(kustomization.value[name]);
  const suffixes = chain.map(part('nameSuffix')).toReversed();
  return [...chain.map(part('namePrefix')), resource.name, ...suffixes].join('');
}

/** The namespace that the outermost kustomization with an opinion sets, else the object's own. */
export function expectedNamespace({ resource, chain }: Candidate): string | undefined {
  const set = chain.map(({ value }) => text(value.namespace)).find(Boolean);
  return set ?? resource.metadata.namespace;
}

function longest(candidates: readonly Candidate[]): Candidate[] {
  const length = Math.max(0, ...candidates.map(({ resource }) => resource.name.length));
  return candidates.filter(({ resource }) => resource.name.length === length && length > 0);
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

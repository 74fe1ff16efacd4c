import { identity } from '../../mesh/mesh';
import type { Role, SourceFile } from '../../source/file';
import type { Resource } from '../../source/resource';
import { inNamespace, withRole } from '../input/with-role';
import { text } from '../../input/kustomize/edit';
import { type Kustomization, patchesOf, varsOf } from '../../input/kustomize/kustomization';
import { replacementsOf } from './kustomization';
import { type Part, plainPart } from './part';
import { selects } from './patches';
import type { Open } from './rendered';
import type { Tree } from './tree';

/** A part read as it lies there, and how many patches and objects are not judged because only a renderer makes them whole. */
export interface UnrenderedPart {
  part: Part;
  setAside: number;
}

/** Objects with this annotation only feed others, and are never applied. */
const LOCAL = 'config.kubernetes.io/local-config';

/**
 * The members of a kustomization that nobody renders. Patches and generators are left out, objects that are never applied too, and
 * objects with placeholders are only there to be referred to. One change is made, that of the namespace: without it nothing fits.
 */
export function unrenderedPart(tree: Tree, open: Open): UnrenderedPart {
  const isPartial = placeholders(tree, open);
  const isFirst = firstOfEach();
  const chains = new Map(tree.members.map(({ path, chain }) => [path, chain]));
  const files = [...chains].map(([path, chain]) =>
    inNamespace(open(path), ({ metadata }) => namespaceSetBy(chain) ?? metadata.namespace),
  );
  const applied = files.map((file) => withRole(file, 'judged', (resource) => isApplied(resource) && isFirst(resource)));
  const whole = plainPart(tree.root.folder, applied);
  const objects = files.flatMap(({ resources }) => resources);
  const patches = tree.kustomizations.flatMap(patchesOf).length;
  return {
    part: {
      ...whole,
      isWhole: false,
      appliedFrom: tree.root.folder,
      files: (role, keeps) => whole.files(role, keeps).flatMap((file) => apart(file, role, isPartial)),
    },
    setAside: patches + objects.length - whole.resources.filter((resource) => !isPartial(resource)).length,
  };
}

/** The namespace that the outermost kustomization with an opinion sets. */
const namespaceSetBy = (chain: readonly Kustomization[]): string | undefined =>
  chain.map(({ value }) => text(value['namespace'])).find(Boolean);

/** Only prefixes that nobody added yet tell objects of one name apart; what is written twice, the renderer refuses. */
function firstOfEach(): (resource: Resource) => boolean {
  const seen = new Set<string>();
  return (resource) => {
    const key = identity(resource);
    return !seen.has(key) && Boolean(seen.add(key));
  };
}

const isApplied = ({ metadata }: Resource): boolean => metadata.annotations?.[LOCAL] === undefined;

/** A judged file without its partial objects, and those as context. */
function apart(file: SourceFile, role: Role, isPartial: (resource: Resource) => boolean): SourceFile[] {
  if (role === 'context' || !file.resources.some(isPartial)) return [file];
  const rest = withRole(file, 'context', isPartial);
  rest.passedOver = 0;
  rest.templates = 0;
  return [withRole(file, 'judged', (resource) => !isPartial(resource)), rest];
}

/** Whether an object waits for values: it names a variable of a kustomization, or is the target of a replacement. */
function placeholders(tree: Tree, open: Open): (resource: Resource) => boolean {
  const variables = tree.kustomizations.flatMap(varsOf).map((name) => `$(${name})`);
  const targets = tree.kustomizations.flatMap((kustomization) => replacementsOf(kustomization, open));
  return (resource) => {
    if (targets.some((target) => selects(target, resource.kind, [resource.name]))) return true;
    if (variables.length === 0) return false;
    const text = JSON.stringify(resource.value);
    return variables.some((variable) => text.includes(variable));
  };
}

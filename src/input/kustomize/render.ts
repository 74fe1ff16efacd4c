import type { SourceFile } from '../../source/file';
import { splitDocuments } from '../../source/split';
import { UnreadableYaml, loadValue } from '../../source/values';
import { type Values, list, maps, strings, text } from './edit';
import { isRecord } from '../../source/record';
import { DEFAULT_FIELDS, type FieldSpecs, joined, withConfiguration } from './field-specs';
import { type Digest, generate, hashOf } from './generators';
import {
  type Applied,
  type Item,
  add,
  effectiveNamespace,
  equalIds,
  idsOf,
  itemOf,
  nameOf,
  namespaceOf,
  remember,
  withMetadata,
} from './item';
import { patchedByJson } from './json-patch';
import { type Kustomization, type PatchEntry, patchesIn } from './kustomization';
import { type Shapes, builtInShapes, shapesIn } from './merge-shapes';
import { NotRendered } from './not-rendered';
import { updateReferences } from './references';
import { refusal } from './refusal';
import { replace } from './replacements';
import { selects } from './selector';
import { merged } from './strategic-merge';
import { rename, setAnnotations, setImages, setLabels, setNamespace, setReplicas } from './transformers';
import { type Variables, addVariables, bindVariables, resolveVariables } from './variables';
import type { KubernetesObject } from '../../source/resource';

/** What a renderer reads. Paths are joined by whoever reads; what lies outside of the repository is absent. */
export interface Sources {
  /** What an entry of a kustomization names. */
  find(from: Kustomization, entry: string): SourceFile | Kustomization | undefined;
  /** The bytes of a file that an entry names. */
  bytes(from: Kustomization, entry: string): Uint8Array | undefined;
  digest: Digest;
}

/** Either the objects that a kustomization makes, or why it is not rendered, in words that follow "because". */
export type Rendering = { items: Item[] } | { reason: string };

// A repository can make a few kilobytes fan out to any number of objects.
const MOST_KUSTOMIZATIONS = 2_000;
const MOST_OBJECTS = 50_000;

/** Renders a kustomization as `kustomize build` does, without running or fetching anything. All of it, or nothing. */
export function render(root: Kustomization, sources: Sources): Rendering {
  try {
    return { items: new Renderer(root, sources).render() };
  } catch (error) {
    if (error instanceof NotRendered) return { reason: error.message };
    throw error;
  }
}

/** Objects on their way, with what is known of their fields and variables. kustomize: ResAccumulator */
interface Accumulated {
  items: Item[];
  fields: FieldSpecs;
  variables: Variables;
}

class Renderer {
  private readonly shapes: Shapes;
  private steps = 0;

  constructor(
    private readonly root: Kustomization,
    private readonly sources: Sources,
  ) {
    this.shapes = this.shapesOf(root);
  }

  render(): Item[] {
    const all = this.accumulate(this.root, { items: [], fields: DEFAULT_FIELDS, variables: new Map() }, []);
    for (const item of all.items.filter(({ isHashed }) => isHashed)) this.addHash(item);
    updateReferences(all.items, all.fields);
    resolveVariables(all.items, all.variables, all.fields);
    for (const item of all.items) item.value = withoutEmptyAnnotations(item.value);
    return all.items.filter(({ value }) => !isLocal(value));
  }

  private addHash(item: Item): void {
    remember(item);
    const name = `${nameOf(item.value)}-${hashOf(item.value, this.sources.digest)}`;
    item.value = withMetadata(item.value, { name });
  }

  private shapesOf(kustomization: Kustomization): Shapes {
    const { openapi } = kustomization.value;
    const path = isRecord(openapi) ? text(openapi['path']) : '';
    if (path === '') return builtInShapes;
    return shapesIn(this.valueOf(this.fileOf(kustomization, path)));
  }

  /** Adds what a kustomization makes; a component changes also what was there before. */
  private accumulate(kustomization: Kustomization, all: Accumulated, way: readonly Kustomization[]): Accumulated {
    const reason = refusal(kustomization.value);
    if (reason !== undefined) throw new NotRendered(reason);
    if (way.some(({ file }) => file.path === kustomization.file.path)) throw new NotRendered('it takes in itself');
    if (++this.steps > MOST_KUSTOMIZATIONS)
      throw new NotRendered(`it takes in more than ${MOST_KUSTOMIZATIONS} kustomizations`);
    const { value } = kustomization;
    const chain = [...way, kustomization];
    for (const entry of [...strings(value['resources']), ...strings(value['bases'])])
      this.takeIn(kustomization, entry, all, chain);
    for (const path of strings(value['configurations']))
      all.fields = withConfiguration(all.fields, this.valueOf(this.fileOf(kustomization, path)));
    if (list(value['crds']).length > 0) throw new NotRendered('it has "crds", which are not supported');
    generate(all.items, kustomization, (entry) => this.bytesOf(kustomization, entry));
    for (const entry of strings(value['components'])) this.component(kustomization, entry, all, chain);
    if (all.items.length > MOST_OBJECTS) throw new NotRendered(`it makes more than ${MOST_OBJECTS} objects`);
    this.transform(kustomization, all);
    bindVariables(all.items, value);
    addVariables(all.variables, maps(value['vars']));
    return all;
  }

  private takeIn(from: Kustomization, entry: string, all: Accumulated, way: readonly Kustomization[]): void {
    const found = this.find(from, entry);
    if ('resources' in found) return this.takeInFile(found, entry, all);
    if (found.isComponent) throw new NotRendered(`it takes in the component "${entry}" as a resource`);
    const inner = this.accumulate(found, { items: [], fields: DEFAULT_FIELDS, variables: new Map() }, way);
    for (const item of inner.items) add(all.items, item);
    all.fields = joined(all.fields, inner.fields);
    addVariables(all.variables, inner.variables.values());
  }

  private takeInFile(file: SourceFile, entry: string, { items }: Accumulated): void {
    if (file.problems.length > 0) throw new NotRendered(`it takes in "${entry}", which cannot be read`);
    if (file.passedOver + file.templates > 0)
      throw new NotRendered(`it takes in "${entry}", which does not hold Kubernetes objects only`);
    for (const source of file.resources) add(items, itemOf(source.value, { source }));
  }

  private component(from: Kustomization, entry: string, all: Accumulated, way: readonly Kustomization[]): void {
    const found = this.find(from, entry);
    if (!('resources' in found) && found.isComponent) this.accumulate(found, all, way);
    else throw new NotRendered(`it takes in "${entry}" as a component, which it is not`);
  }

  private find(from: Kustomization, entry: string): SourceFile | Kustomization {
    const found = this.sources.find(from, entry);
    if (!found) throw new NotRendered(`it takes in "${entry}", which is not in the repository`);
    return found;
  }

  private fileOf(from: Kustomization, entry: string): SourceFile {
    const found = this.find(from, entry);
    if ('resources' in found) return found;
    throw new NotRendered(`it takes in "${entry}", which is a folder`);
  }

  private bytesOf(from: Kustomization, entry: string): Uint8Array {
    const bytes = this.sources.bytes(from, entry);
    if (!bytes) throw new NotRendered(`it takes in "${entry}", which is not in the repository`);
    return bytes;
  }

  private valueOf(file: SourceFile): unknown {
    try {
      return loadValue(file.text);
    } catch (error) {
      if (error instanceof UnreadableYaml) throw new NotRendered(`it takes in "${file.path}", which cannot be read`);
      throw error;
    }
  }

  /** kustomize: KustTarget.configureBuiltinTransformers */
  private transform(kustomization: Kustomization, all: Accumulated): void {
    const { value } = kustomization;
    for (const entry of patchesIn(kustomization, 'patchesStrategicMerge')) this.patch(kustomization, entry, all);
    for (const entry of patchesIn(kustomization, 'patches')) this.patch(kustomization, entry, all);
    const { items, fields } = all;
    if (text(value['namespace'])) setNamespace(items, text(value['namespace']), fields);
    if (text(value['namePrefix'])) rename(items, text(value['namePrefix']), 'prefix', fields);
    if (text(value['nameSuffix'])) rename(items, text(value['nameSuffix']), 'suffix', fields);
    setLabels(items, value, fields);
    setAnnotations(items, value, fields);
    for (const entry of patchesIn(kustomization, 'patchesJson6902')) this.patch(kustomization, entry, all);
    setReplicas(items, value, fields);
    setImages(items, value, fields);
    replace(items, this.replacementsOf(kustomization));
  }

  private replacementsOf(kustomization: Kustomization): Values[] {
    return maps(kustomization.value['replacements']).flatMap((entry) => {
      if (typeof entry['path'] !== 'string') return [entry];
      const written = this.valueOf(this.fileOf(kustomization, entry['path']));
      return Array.isArray(written) ? maps(written) : maps([written]);
    });
  }

  private patch(kustomization: Kustomization, entry: PatchEntry, all: Accumulated): void {
    for (const patch of this.patchesOf(kustomization, entry)) {
      const { value } = patch;
      if (Array.isArray(value)) this.patchByJson({ ...patch, value }, entry, all);
      else if (isRecord(value)) this.merge({ ...patch, value }, entry, all);
      else if (value !== undefined && value !== null)
        throw new NotRendered('it has a patch that is neither a map nor a list');
    }
  }

  private patchesOf(kustomization: Kustomization, { path, inline }: PatchEntry): Applied[] {
    const file = path === undefined ? kustomization.file : this.fileOf(kustomization, path);
    const content = inline?.text ?? file.text;
    return splitDocuments(content).map((slice) => ({
      file,
      slice,
      ...(inline && { inline: inline.at }),
      value: this.patchValue(content.slice(slice.start, slice.end)),
    }));
  }

  private patchValue(content: string): unknown {
    try {
      return loadValue(content);
    } catch (error) {
      if (error instanceof UnreadableYaml)
        throw new NotRendered(`it has a patch that cannot be read: ${error.message}`);
      throw error;
    }
  }

  private patchByJson(patch: Applied & { value: unknown[] }, entry: PatchEntry, { items }: Accumulated): void {
    const { target } = entry;
    if (!target) throw new NotRendered('it has a JSON patch without a target');
    for (const item of items.filter((each) => selects(target, each))) {
      if (entry.field === 'patches') remember(item);
      item.value = patchedByJson(item.value, patch.value) as KubernetesObject;
      item.patches.push(patch);
    }
  }

  private merge(patch: Applied & { value: Values }, entry: PatchEntry, all: Accumulated): void {
    const { target } = entry;
    const targets = target ? all.items.filter((each) => selects(target, each)) : [this.namedBy(patch.value, all)];
    for (const item of targets) {
      const result = mergedItem(item, patch.value, entry, this.shapes);
      if (result) item.value = result;
      else all.items.splice(all.items.indexOf(item), 1);
      item.patches.push(patch);
    }
  }

  /** The object that a patch without a target names. */
  private namedBy(patch: Values, { items }: Accumulated): Item {
    const object = patch as unknown as KubernetesObject;
    const { apiVersion, kind } = object;
    if (typeof apiVersion !== 'string' || typeof kind !== 'string' || !nameOf(object))
      throw new NotRendered('it has a patch without a target and without apiVersion, kind and name');
    const id = { kind, name: nameOf(object), namespace: effectiveNamespace(object, namespaceOf(object)) };
    const found = items.filter(
      (item) => item.value.apiVersion === object.apiVersion && idsOf(item).some((each) => equalIds(each, id)),
    );
    if (found.length === 1) return found[0]!;
    throw new NotRendered(
      `it has a patch for ${kind} "${id.name}", which ${found.length ? 'is not one object' : 'does not exist'}`,
    );
  }
}

/** A merge changes neither the name, the namespace nor the kind of an object, unless that is allowed. */
function mergedItem(item: Item, patch: Values, { options }: PatchEntry, shapes: Shapes): KubernetesObject | undefined {
  const { value } = item;
  const isNamed = options?.['allowNameChange'] === true;
  const isKind = options?.['allowKindChange'] === true;
  if (isNamed || isKind) remember(item);
  const sameVersion = { ...patch, apiVersion: value.apiVersion };
  const result = merged(value as unknown as Values, sameVersion, shapes(value)) as KubernetesObject | undefined;
  if (!result) return undefined;
  const kept = withMetadata(result, {
    name: isNamed ? nameOf(result) : nameOf(value),
    namespace: namespaceOf(value) || undefined,
  });
  return isKind ? kept : { ...kept, kind: value.kind };
}

/** kustomize keeps its notes among the annotations, and takes the field away where nothing else is in it. */
function withoutEmptyAnnotations(value: KubernetesObject): KubernetesObject {
  const { annotations } = (value.metadata ?? {}) as Values;
  const isEmpty = annotations === null || (isRecord(annotations) && Object.keys(annotations).length === 0);
  return isEmpty ? withMetadata(value, { annotations: undefined }) : value;
}

const LOCAL = 'config.kubernetes.io/local-config';

/** Whether an object only feeds others and is never applied. */
function isLocal({ metadata }: KubernetesObject): boolean {
  const mark = metadata?.annotations?.[LOCAL];
  return mark !== undefined && mark !== 'false';
}

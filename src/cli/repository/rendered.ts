import type { Item } from '../../input/kustomize/item';
import type { Kustomization } from '../../input/kustomize/kustomization';
import { Document, type Role, SourceFile } from '../../source/file';
import { type KubernetesObject, Resource } from '../../source/resource';
import { type Layer, LayeredSource } from './layers';
import type { Part } from './part';
import { layersOf } from './patches';
import type { Tree } from './tree';
import { own } from '../../source/own';

/** Reads a file, each once. */
export type Open = (path: string) => SourceFile;

/** A rendered object, and where its parts were written: first the object itself, then its patches. */
interface Traced {
  value: KubernetesObject;
  source: Resource | undefined;
  layers: [Layer, ...Layer[]];
}

/** What a kustomization makes, every value of it with its place in the file that it was written in. */
export function renderedPart(tree: Tree, items: readonly Item[], open: Open): Part {
  const traced = items.map((item) => trace(item, tree));
  return {
    title: tree.root.folder,
    isWhole: true,
    appliedFrom: tree.root.folder,
    resources: traced.map((each) => resourceOf(each, each.layers, tree.root.file)),
    sources: new Set(
      traced.flatMap(({ source, value }) => (source && value.kind !== 'Namespace' ? [idOf(source)] : [])),
    ),
    files: (role, keeps = () => true) => new Copies(tree, open, role).files(traced, keeps),
  };
}

const idOf = ({ file, document, base }: Resource) => `${file.path}#${document.slice.start}#${base.join('.')}`;

function resourceOf({ value, source }: Traced, layers: [Layer, ...Layer[]], renderedBy: SourceFile): Resource {
  const [own] = layers;
  const provenance = new LayeredSource(value, layers, renderedBy);
  return new Resource(own.document, source?.base ?? own.base, value, value, provenance);
}

function trace({ value, source, patches, generatedIn }: Item, tree: Tree): Traced {
  const own: Layer = source
    ? { document: source.document, base: source.base, value: source.value, into: [] }
    : generated(value, generatedIn ?? tree.root);
  return { value, source, layers: [own, ...patches.flatMap(layersOf)] };
}

/** An object that no file holds is shown where the kustomization asks for it. */
function generated({ kind }: KubernetesObject, { file, value }: Kustomization): Layer {
  const key = `${kind.charAt(0).toLowerCase()}${kind.slice(1)}Generator`;
  const document = new Document(file, { start: 0, end: file.text.length }, undefined);
  return { document, base: [own(value, key) === undefined ? 'resources' : key], value: undefined, into: [] };
}

/** The files of a part in one role: a finding in a file that is only context is not reported, so each role has files of its own. */
class Copies {
  private readonly copies = new Map<string, SourceFile>();
  private readonly documents = new Map<Document, Document>();

  constructor(
    private readonly tree: Tree,
    private readonly open: Open,
    private readonly role: Role,
  ) {}

  files(traced: readonly Traced[], keeps: (resource: Resource) => boolean): SourceFile[] {
    for (const { path } of this.tree.members) this.fileOf(path, this.open(path));
    for (const each of traced) {
      const layers = each.layers.map((layer) => ({ ...layer, document: this.documentOf(layer.document) }));
      const resource = resourceOf(each, layers as [Layer, ...Layer[]], this.tree.root.file);
      if (keeps(resource)) resource.document.file.resources.push(resource);
    }
    return [...this.copies.values()];
  }

  private fileOf(path: string, original?: SourceFile): SourceFile {
    const known = this.copies.get(path);
    if (known) return known;
    const copy = new SourceFile(path, (original ?? this.open(path)).text, this.role);
    for (const problem of original?.problems ?? [])
      copy.problems.push({ ...problem, place: { ...problem.place, file: copy } });
    this.copies.set(path, copy);
    return copy;
  }

  private documentOf(document: Document): Document {
    const known = this.documents.get(document);
    if (known) return known;
    const copy = new Document(this.fileOf(document.file.path), document.slice, document.origin, document.readAs);
    this.documents.set(document, copy);
    return copy;
  }
}

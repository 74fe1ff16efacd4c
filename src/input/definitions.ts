import { identity } from '../mesh/mesh';
import { contentOf } from '../source/content';
import type { SourceFile } from '../source/file';
import type { Resource } from '../source/resource';

/** Where the objects of a file come from, as far as it says what is applied with them. */
export interface Origin {
  /** What is applied at once for certain: a kustomization, a chart, paths named together; else the file alone. */
  readonly unit: string;
  /** The folders around it, the innermost first. */
  readonly folders: readonly string[];
}

/** The definitions of an input by what they say. To read that from every text takes long, so equal texts are compared first. */
export class Contents {
  private readonly byText = new Map<string, string>();
  private readonly byContent = new Map<string, Definition>();

  /** The first definition that was asked about with the content of another one. */
  firstLike(definition: Definition): Definition {
    const { content } = definition;
    const first = this.byContent.get(content);
    if (!first) this.byContent.set(content, definition);
    return first ?? definition;
  }

  contentOf({ resource }: Definition): string {
    const { document, base, namespace, provenance } = resource;
    if (base.length > 0 || provenance) return contentOf(resource);
    const text = `${namespace}\n${document.text}`;
    const content = this.byText.get(text) ?? contentOf(resource);
    this.byText.set(text, content);
    return content;
  }
}

/** One document that defines an object. */
export class Definition {
  private text: string | undefined;
  private equal: Definition | undefined;

  constructor(
    readonly resource: Resource,
    readonly file: SourceFile,
    readonly origin: Origin,
    /** Its place in the input. */
    readonly index: number,
    private readonly contents: Contents,
  ) {}

  /** What it says, as a text that is equal for equal definitions. */
  get content(): string {
    return (this.text ??= this.contents.contentOf(this));
  }

  /** The same one for all equal definitions. */
  get representative(): Definition {
    return (this.equal ??= this.contents.firstLike(this));
  }

  get folder(): string {
    return this.origin.folders[0] ?? '';
  }

  get isJudged(): boolean {
    return this.file.role === 'judged';
  }
}

/**
 * Definitions of which a cluster has one at most: documents of one name, and what several kustomizations make of one document,
 * under whatever names. Documents without a name have a slot of their own.
 */
export type Slot = readonly Definition[];

/** Sorts the definitions of an input into slots. */
export function slotsOf(definitions: readonly Definition[]): Slot[] {
  const parents = definitions.map((_, index) => index);
  const rootOf = (index: number): number => {
    let at = index;
    while (parents[at] !== at) at = parents[at] = parents[parents[at]!]!;
    return at;
  };
  const first = new Map<string, number>();
  definitions.forEach((definition, index) => {
    for (const key of keysOf(definition)) {
      const known = first.get(key);
      if (known === undefined) first.set(key, index);
      else parents[rootOf(index)] = rootOf(known);
    }
  });
  const slots = new Map<number, Definition[]>();
  definitions.forEach((definition, index) => {
    const root = rootOf(index);
    const slot = slots.get(root);
    if (slot) slot.push(definition);
    else slots.set(root, [definition]);
  });
  return [...slots.values()];
}

function keysOf({ resource }: Definition): string[] {
  if (!resource.name) return [];
  const { provenance, document, base, kind } = resource;
  // Every kustomization of one application may bring the namespace that it lies in.
  if (!provenance || kind === 'Namespace') return [identity(resource)];
  return [identity(resource), `${document.file.path}#${document.slice.start}#${base.join('.')}`];
}

/** The different definitions among some, one for each content; cheap where there is one only. */
export function distinct(definitions: readonly Definition[]): Definition[] {
  if (definitions.length < 2) return [...definitions];
  const known = new Map<Definition, Definition>();
  for (const each of definitions) if (!known.has(each.representative)) known.set(each.representative, each);
  return [...known.values()];
}

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

/** One document that defines an object. */
export class Definition {
  private text: string | undefined;

  constructor(
    readonly resource: Resource,
    readonly file: SourceFile,
    readonly origin: Origin,
    /** Its place in the input. */
    readonly index: number,
  ) {}

  /** Equal for equal definitions. */
  get content(): string {
    return (this.text ??= contentOf(this.resource));
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
  const known = new Map<string, Definition>();
  for (const each of definitions) if (!known.has(each.content)) known.set(each.content, each);
  return [...known.values()];
}

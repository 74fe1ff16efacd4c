import { isDeepStrictEqual } from 'node:util';
import type { Document, SourceFile } from '../../source/file';
import { type Path, valueAt } from '../../source/path';
import type { Provenance, Source } from '../../source/resource';

/** A text that brought a part of an object: where the part begins in its document, and where in the object it came to lie. */
export interface Layer {
  readonly document: Document;
  readonly base: Path;
  readonly value: unknown;
  /** Empty for the object as first written and for patches shaped as the object; the place of the value for JSON patches. */
  readonly into: Path;
}

/**
 * Where the values of a rendered object were written: in the object's own document where they still are as written there, else
 * in the last patch that has them so. Renderers keep no account of it, so it is worked out by comparing values.
 */
export class LayeredSource implements Provenance {
  constructor(
    private readonly rendered: unknown,
    /** The object as first written, then its patches in the order in which they are applied. */
    private readonly layers: readonly [Layer, ...Layer[]],
    /** The kustomization that made it. */
    readonly renderedBy: SourceFile,
  ) {}

  /** Whether what matters of the object is as it stands in its document, so that a change of the text changes just that. */
  get isAsWritten(): boolean {
    const spec = (value: unknown) => valueAt(value, ['spec']);
    return isDeepStrictEqual(spec(this.rendered), spec(this.layers[0].value));
  }

  sourceOf(path: Path): Source {
    const there = path.slice(0, depthOf(this.rendered, path));
    const rest = path.slice(there.length);
    const [own, ...patches] = this.layers.map((layer) => ({ layer, place: placeIn(layer, this.rendered, there) }));
    const exact = [own!, ...patches.toReversed()].find(({ place }) => place.isExact);
    const { layer, place } = exact ?? own!;
    return { document: layer.document, path: [...layer.base, ...place.path, ...(place.isExact ? rest : [])] };
  }
}

/** How far a path leads into a value before there is nothing any more. */
function depthOf(value: unknown, path: Path): number {
  let depth = 0;
  while (depth < path.length && valueAt(value, path.slice(0, depth + 1)) !== undefined) depth++;
  return depth;
}

interface PlaceInLayer {
  path: Path;
  /** The layer has the very value that the rendered object has. */
  isExact: boolean;
}

function placeIn({ value, into }: Layer, rendered: unknown, path: Path): PlaceInLayer {
  const start = startOf(value, into, rendered, path);
  if (start === undefined) return { path: [], isExact: false };
  let [mine, theirs] = [value, valueAt(rendered, path.slice(0, start))];
  const way: (string | number)[] = [];
  for (const step of path.slice(start)) {
    const next = typeof step === 'number' ? indexOf(mine, theirs, step) : step;
    if (next === undefined || valueAt(mine, [next]) === undefined) return { path: way, isExact: false };
    way.push(next);
    [mine, theirs] = [valueAt(mine, [next]), valueAt(theirs, [step])];
  }
  return { path: way, isExact: isDeepStrictEqual(mine, theirs) };
}

/** Where on the path the layer's value begins; a JSON patch's list index may have moved, and `-` means the end. */
function startOf(value: unknown, into: Path, rendered: unknown, path: Path): number | undefined {
  const fits = into.every((step, index) => {
    if (step === path[index]) return true;
    const isLast = index === into.length - 1;
    return (
      isLast && typeof path[index] === 'number' && isDeepStrictEqual(valueAt(rendered, path.slice(0, index + 1)), value)
    );
  });
  return fits ? into.length : undefined;
}

/** Which item of my list is the item at `index` of theirs: the equal one, the one of the same name, or the one in its place. */
function indexOf(mine: unknown, theirs: unknown, index: number): number | undefined {
  if (!Array.isArray(mine) || !Array.isArray(theirs)) return undefined;
  const wanted: unknown = theirs[index];
  if (isDeepStrictEqual(mine[index], wanted)) return index;
  const equal = mine.findIndex((item) => isDeepStrictEqual(item, wanted));
  if (equal >= 0) return equal;
  const name = valueAt(wanted, ['name']);
  const named = name === undefined ? -1 : mine.findIndex((item) => valueAt(item, ['name']) === name);
  if (named >= 0) return named;
  return mine.length === theirs.length ? index : undefined;
}

import { type Document, type YAMLError, isNode, parseDocument } from 'yaml';
import { type MapNode, type Node, type PairNode, nodesOf, resolved } from './nodes';
import { type Offsets, nodesFrom } from './offsets';
import type { Path } from './path';
import { plainScalar } from './scalars';

/** Where something stands in a document's text: first offset and the one behind the last. */
export interface Span {
  start: number;
  end: number;
}

const plain = {
  tag: 'tag:meshlint,plain',
  default: true,
  test: /^/,
  resolve: (text: string) => plainScalar(text),
} as const;

/** What a path leads to: a value, and the key or the item under which it stands. */
interface Found {
  readonly node: Node | undefined;
  readonly pair: PairNode | undefined;
  /** Whether the way ends there; else it is the last value on the way that there is. */
  readonly isWhole: boolean;
}

/** The places of everything in a document, made only for documents of which something is to be said. */
export class PositionedDocument {
  private root: Node | undefined | null = null;
  private whole: Document | undefined;

  constructor(
    readonly text: string,
    private readonly offsets?: Offsets,
  ) {}

  /** What the parser could not read, in order. */
  get errors(): readonly YAMLError[] {
    return this.document.errors;
  }

  /** The document as values, to be held against `loadValue` in tests. */
  toJS(): unknown {
    return this.document.toJS({ maxAliasCount: -1 });
  }

  /** The span of the value at a path; of the deepest value on the way to it where it is absent. */
  valueSpan(path: Path): Span {
    const { node, pair, isWhole } = this.find(path);
    return isWhole && node?.kind === 'scalar' ? scalarSpan(this.text, node) : this.headSpan(node, pair);
  }

  /** The span of the key under which the value at a path stands, or of the first token of a list's item. */
  keySpan(path: Path): Span {
    const { node, pair } = this.find(path);
    return this.headSpan(node, pair);
  }

  /** The whole text of the value at a path, from its first to its last character, or undefined where it is absent. */
  wholeSpan(path: Path): Span | undefined {
    const node = this.document.getIn(path, true);
    return isNode(node) && node.range ? { start: node.range[0], end: node.range[1] } : undefined;
  }

  /** The whole of a scalar, a block with its head; undefined where the path leads to something else. */
  scalarAt(path: Path): Span | undefined {
    const { node, isWhole } = this.find(path);
    return isWhole && node?.kind === 'scalar' ? node : undefined;
  }

  private headSpan(node: Node | undefined, pair: PairNode | undefined): Span {
    if (pair) return scalarSpan(this.text, pair.key);
    if (node?.kind === 'scalar' || node?.kind === 'alias') return scalarSpan(this.text, node);
    const first = node?.kind === 'map' ? node.first : node?.items[0];
    if (first) return this.headSpan(first, undefined);
    const start = node?.start ?? Math.max(this.text.search(/\S/), 0);
    return { start, end: start + 1 };
  }

  private find(path: Path): Found {
    let node = this.nodes;
    let pair: PairNode | undefined;
    for (const step of path) {
      const next: Found | undefined = node && inside(node, step);
      if (!next) return { node, pair, isWhole: false };
      ({ node, pair } = next);
    }
    return { node, pair, isWhole: true };
  }

  private get nodes(): Node | undefined {
    if (this.root === null) this.root = this.offsets ? nodesFrom(this.text, this.offsets) : nodesOf(this.text);
    return this.root;
  }

  /** Slow, and with more to say: what is wrong with a broken document, and where the values end. */
  private get document(): Document {
    this.whole ??= parseDocument(this.text, {
      version: '1.1',
      schema: 'failsafe',
      customTags: (tags) => [plain as never, ...tags],
      merge: true,
      logLevel: 'silent',
      prettyErrors: false,
    });
    return this.whole;
  }
}

function inside(outer: Node, step: string | number): Found | undefined {
  const node = resolved(outer);
  if (node.kind === 'map') {
    const pair = pairIn(node, String(step), new Set());
    return pair && { node: pair.value, pair, isWhole: true };
  }
  const item = node.kind === 'list' ? node.items[Number(step)] : undefined;
  return item && { node: item, pair: undefined, isWhole: true };
}

function pairIn(map: MapNode, key: string, asked: Set<MapNode>): PairNode | undefined {
  const own = map.pairs.get(key);
  if (own || asked.has(map)) return own;
  asked.add(map);
  for (const other of map.merged) {
    const pair = pairIn(other, key, asked);
    if (pair) return pair;
  }
  return undefined;
}

/** A block scalar is shown by its first line, an empty one by the place where it would stand. */
function scalarSpan(text: string, { start, end }: Span): Span {
  const newline = text.indexOf('\n', start);
  const last = newline >= 0 && newline < end ? newline : end;
  const trimmed = text.slice(start, last).trimEnd().length;
  return { start, end: start + Math.max(trimmed, 1) };
}

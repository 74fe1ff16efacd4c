import {
  type Document,
  type Node,
  type Pair,
  type YAMLError,
  isAlias,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  parseDocument,
} from 'yaml';
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

/** A document parsed for its positions. Slow beside `loadValue`: made only for documents of which something is to be said. */
export class PositionedDocument {
  private readonly document: Document;

  constructor(readonly text: string) {
    this.document = parseDocument(text, {
      version: '1.1',
      schema: 'failsafe',
      customTags: (tags) => [plain as never, ...tags],
      merge: true,
      logLevel: 'silent',
      prettyErrors: false,
    });
  }

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
    const { node, pair, found } = this.find(path);
    if (found && node && isScalar(node) && node.range) return scalarSpan(this.text, node.range);
    return this.headSpan(node, pair);
  }

  /** The span of the key under which the value at a path stands, or of the first token of a list's item. */
  keySpan(path: Path): Span {
    const { node, pair } = this.find(path);
    return this.headSpan(node, pair);
  }

  /** The whole text of the value at a path, from its first to its last character, or undefined where it is absent. */
  wholeSpan(path: Path): Span | undefined {
    const { node, found } = this.find(path);
    return found && node?.range ? { start: node.range[0], end: node.range[1] } : undefined;
  }

  /** The whole entry of a map, key and value. */
  pairSpan(path: Path): Span | undefined {
    const { node, pair, found } = this.find(path);
    const key = pair && isNode(pair.key) ? pair.key.range : undefined;
    if (!found || !key) return undefined;
    return { start: key[0], end: node?.range ? Math.max(node.range[1], key[1]) : key[1] };
  }

  private headSpan(node: Node | null, pair: Pair | undefined): Span {
    if (pair && isNode(pair.key) && pair.key.range) return scalarSpan(this.text, pair.key.range);
    if (node && isScalar(node) && node.range) return scalarSpan(this.text, node.range);
    const first = node && (isMap(node) || isSeq(node)) ? node.items[0] : undefined;
    if (first && isPair(first)) return this.headSpan(null, first);
    if (first && isNode(first)) return this.headSpan(first, undefined);
    const start = node?.range?.[0] ?? Math.max(this.text.search(/\S/), 0);
    return { start, end: start + 1 };
  }

  private find(path: Path): { node: Node | null; pair: Pair | undefined; found: boolean } {
    let node: Node | null = this.document.contents;
    let pair: Pair | undefined;
    for (const step of path) {
      const inner: Node | null | undefined = isAlias(node) ? node.resolve(this.document) : node;
      if (isMap(inner)) {
        const next = findPair(inner, String(step), this.document);
        if (!next) return { node, pair, found: false };
        pair = next;
        node = isNode(next.value) ? next.value : null;
      } else if (isSeq(inner) && isNode(inner.items[Number(step)])) {
        pair = undefined;
        node = inner.items[Number(step)] as Node;
      } else return { node, pair, found: false };
    }
    return { node, pair, found: true };
  }
}

function findPair(map: Node, key: string, document: Document): Pair | undefined {
  if (!isMap(map)) return undefined;
  const own = map.items.find((item) => isScalar(item.key) && String(item.key.value) === key);
  if (own) return own;
  for (const item of map.items) {
    if (!isScalar(item.key) || item.key.source !== '<<') continue;
    const sources: unknown[] = isSeq(item.value) ? item.value.items : [item.value];
    for (const source of sources) {
      const merged = isAlias(source) ? source.resolve(document) : source;
      const pair = isMap(merged) ? findPair(merged, key, document) : undefined;
      if (pair) return pair;
    }
  }
  return undefined;
}

/** A block scalar is shown by its first line, an empty one by the place where it would stand. */
function scalarSpan(text: string, [start, end]: readonly [number, number, number]): Span {
  const newline = text.indexOf('\n', start);
  const last = newline >= 0 && newline < end ? newline : end;
  const trimmed = text.slice(start, last).trimEnd().length;
  return { start, end: start + Math.max(trimmed, 1) };
}

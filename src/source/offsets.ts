import type { ListNode, MapNode, Node, ScalarNode } from './nodes';

/**
 * The places of everything in a document, one after another as they are written, as offsets into its text:
 * a scalar is SCALAR, start, end; a list LIST, start, number of items, items; a map MAP, start, number of pairs, and of each pair the
 * start and end of its key and then its value. Numbers in a row take a tenth of the memory of objects.
 */
export type Offsets = Int32Array;

const SCALAR = 0;
const LIST = 1;
const MAP = 2;

/** Numbers that are written without asking for room again: those of a key, a value and the head of a map. */
const AT_ONCE = 16;

/** Where tables are written: one for all documents, which each get a copy of their part. */
let draft = new Int32Array(1 << 14);

/** Writes down the places of a document while it is read. */
export class OffsetsWriter {
  private size = 0;

  scalar(start: number, end: number): void {
    this.makeRoom();
    draft[this.size++] = SCALAR;
    draft[this.size++] = start;
    draft[this.size++] = end;
  }

  key(start: number, end: number): void {
    this.makeRoom();
    draft[this.size++] = start;
    draft[this.size++] = end;
  }

  /** Begins a list; the result is for `close`. */
  list(start: number): number {
    return this.open(LIST, start);
  }

  /** Begins a map; the result is for `close`. */
  map(start: number): number {
    return this.open(MAP, start);
  }

  /** Ends a list or a map of so many items or pairs. */
  close(opened: number, size: number): void {
    draft[opened] = size;
  }

  /** Everything that was written. */
  all(): Offsets {
    return draft.slice(0, this.size);
  }

  private open(kind: number, start: number): number {
    this.makeRoom();
    draft[this.size++] = kind;
    draft[this.size++] = start;
    return this.size++;
  }

  private makeRoom(): void {
    if (this.size + AT_ONCE <= draft.length) return;
    const larger = new Int32Array(draft.length * 2);
    larger.set(draft);
    draft = larger;
  }
}

/** The places of a document as nodes: what `nodesOf` makes of its text, without reading it again. */
export const nodesFrom = (text: string, offsets: Offsets): Node => new OffsetsReader(text, offsets).node();

/** Reads offsets in order; `at` is where it has come to. */
class OffsetsReader {
  private at = 0;

  constructor(
    private readonly text: string,
    private readonly offsets: Offsets,
  ) {}

  node(): Node {
    switch (this.next()) {
      case SCALAR:
        return this.scalar();
      case LIST:
        return this.list();
      default:
        return this.map();
    }
  }

  private next(): number {
    return this.offsets[this.at++]!;
  }

  private scalar(): ScalarNode {
    return { kind: 'scalar', start: this.next(), end: this.next() };
  }

  private list(): ListNode {
    const start = this.next();
    const items = Array.from({ length: this.next() }, () => this.node());
    return { kind: 'list', start, items };
  }

  private map(): MapNode {
    const node: MapNode = { kind: 'map', start: this.next(), first: undefined, pairs: new Map(), merged: [] };
    for (let left = this.next(); left > 0; left--) {
      const key = this.scalar();
      node.first ??= key;
      node.pairs.set(keyName(this.text, key.start, key.end), { key, value: this.node() });
    }
    return node;
  }
}

/** The name that a key has which is a word, in quotes or not. */
export function keyName(text: string, start: number, end: number): string {
  const first = text[start];
  return first === '"' || first === "'" ? text.slice(start + 1, end - 1) : text.slice(start, end);
}

import { EVENT_ID, type Event, SCALAR_STYLE, YAMLException, getScalarValue, parseEvents } from 'js-yaml';
import { readFirst } from './first-document';
import { joined, looselyIndented } from './loose-indentation';
import { plainScalar } from './scalars';

/** A value of a document by its place: first offset, and the one behind the last where that is known. */
export type Node = ScalarNode | MapNode | ListNode | AliasNode;

export interface ScalarNode {
  readonly kind: 'scalar';
  readonly start: number;
  readonly end: number;
}

export interface MapNode {
  readonly kind: 'map';
  readonly start: number;
  /** The key that is written first, be it that of a merge. */
  first: Node | undefined;
  readonly pairs: Map<string, PairNode>;
  /** What `<<` brings in, in the order of precedence. */
  readonly merged: MapNode[];
}

export interface PairNode {
  readonly key: ScalarNode;
  readonly value: Node;
}

export interface ListNode {
  readonly kind: 'list';
  readonly start: number;
  readonly items: Node[];
}

/** `*name`: stands here, and for what has the name. */
export interface AliasNode {
  readonly kind: 'alias';
  readonly start: number;
  readonly end: number;
  readonly target: Node | undefined;
}

/** What a node stands for. */
export const resolved = (node: Node): Node => (node.kind === 'alias' && node.target ? resolved(node.target) : node);

type AliasEvent = Extract<Event, { type: typeof EVENT_ID.ALIAS }>;
type ScalarEvent = Extract<Event, { type: typeof EVENT_ID.SCALAR }>;

/** The places of everything in a document; undefined where it is broken. Keys that stand twice have the place of the last. */
export function nodesOf(text: string): Node | undefined {
  const events = eventsOf(text);
  return events && new Builder(text, events).document();
}

/** What the parser meets in a document, in order, with the places in the text; undefined where it is broken. */
export function eventsOf(text: string): Event[] | undefined {
  try {
    return looselyIndented(text, joined, (each) => readFirst(each, (first) => parseEvents(first, {})));
  } catch (error) {
    if (error instanceof YAMLException) return undefined;
    throw error;
  }
}

/** Reads events in order; `at` is where it has come to. */
class Builder {
  private at = 0;
  private behind = 0;
  private mark: ':' | '-' = ':';
  private readonly anchors = new Map<string, Node>();

  constructor(
    private readonly text: string,
    private readonly events: readonly Event[],
  ) {}

  document(): Node | undefined {
    if (this.events[0]?.type === EVENT_ID.DOCUMENT) this.at = 1;
    return this.isAtEnd() ? undefined : this.node();
  }

  private isAtEnd(): boolean {
    const event = this.events[this.at];
    return event === undefined || event.type === EVENT_ID.POP;
  }

  private node(): Node {
    const event = this.events[this.at++]!;
    switch (event.type) {
      case EVENT_ID.SCALAR:
        return this.named(event, this.scalar(event));
      case EVENT_ID.MAPPING:
        return this.map(
          this.named(event, { kind: 'map', start: event.start, first: undefined, pairs: new Map(), merged: [] }),
        );
      case EVENT_ID.SEQUENCE:
        return this.list(this.named(event, { kind: 'list', start: event.start, items: [] }));
      case EVENT_ID.ALIAS:
        return this.alias(event);
      default:
        return this.nothing();
    }
  }

  /** An alias may stand inside of what it names, so anchors are known before what they name is complete. */
  private named<N extends Node>({ anchorStart, anchorEnd }: { anchorStart: number; anchorEnd: number }, node: N): N {
    if (anchorStart >= 0) this.anchors.set(this.text.slice(anchorStart, anchorEnd), node);
    return node;
  }

  private alias({ anchorStart, anchorEnd }: AliasEvent): AliasNode {
    const target = this.anchors.get(this.text.slice(anchorStart, anchorEnd));
    this.behind = anchorEnd;
    return { kind: 'alias', start: anchorStart - 1, end: anchorEnd, target };
  }

  private scalar(event: ScalarEvent): ScalarNode {
    const { valueStart, valueEnd, style } = event;
    if (valueStart < 0) return this.nothing();
    const quotes = style === SCALAR_STYLE.SINGLE_QUOTED || style === SCALAR_STYLE.DOUBLE_QUOTED ? 1 : 0;
    const isBlock = style === SCALAR_STYLE.LITERAL_BLOCK || style === SCALAR_STYLE.FOLDED_BLOCK;
    const start = isBlock ? this.headOfBlock(valueStart) : valueStart - quotes;
    this.behind = valueEnd + quotes;
    return { kind: 'scalar', start, end: this.behind };
  }

  /** The `|` or `>` on the line before the text. */
  private headOfBlock(start: number): number {
    const line = this.text.lastIndexOf('\n', start - 1);
    const head = /[|>][-+\d]*[ \t]*(#.*)?\r?$/.exec(this.text.slice(this.text.lastIndexOf('\n', line - 1) + 1, line));
    return head ? line - head[0].length : start;
  }

  /** An empty scalar stands behind the colon or dash that it belongs to. */
  private nothing(): ScalarNode {
    const mark = this.text.indexOf(this.mark, this.behind);
    const start = mark < 0 ? this.behind : mark + 1;
    this.behind = start;
    return { kind: 'scalar', start, end: start };
  }

  private map(node: MapNode): MapNode {
    while (!this.isAtEnd()) {
      const event = this.events[this.at]!;
      const key = this.node();
      this.mark = ':';
      const value = this.node();
      node.first ??= key;
      if (event.type !== EVENT_ID.SCALAR || key.kind !== 'scalar') continue;
      const name = this.nameOf(event);
      if (name === '<<' && event.style === SCALAR_STYLE.PLAIN) node.merged.push(...mapsOf(value));
      else node.pairs.set(name, { key, value });
    }
    this.at++;
    return node;
  }

  private list(node: ListNode): ListNode {
    while (!this.isAtEnd()) {
      this.mark = '-';
      node.items.push(this.node());
    }
    this.at++;
    return node;
  }

  private nameOf(event: ScalarEvent): string {
    const text = getScalarValue(this.text, event);
    return event.style === SCALAR_STYLE.PLAIN ? String(plainScalar(text)) : text;
  }
}

function mapsOf(node: Node): MapNode[] {
  const value = resolved(node);
  if (value.kind === 'map') return [value];
  return value.kind === 'list' ? value.items.map(resolved).filter((item) => item.kind === 'map') : [];
}

import { type Position, type Range, lineStarts, positionAt } from './lines';
import type { Offsets } from './offsets';
import { PositionedDocument, type Span } from './positions';
import type { Resource } from './resource';
import type { Slice } from './split';

/** `judged` files are what the user asked about; `context` files are only there to be referred to. */
export type Role = 'judged' | 'context';

/** Something in a file that could not be read as a document of its own: it names the rule that tells it. */
export interface Problem {
  rule: 'yaml-syntax' | 'unrendered-template' | 'unreadable-file';
  message: string;
  place: Place;
  related: { place: Place; message: string }[];
}

/** Anywhere a finding can point: a field of a resource, or a stretch of a file that is none. */
export interface Place {
  readonly file: SourceFile;
  readonly range: Range;
  readonly resource?: Resource<unknown> | undefined;
  /** As `spec.http[0].route`, empty for a whole document. */
  readonly pathText: string;
}

/** One document of a file. Its positions are worked out when first asked for. */
export class Document {
  /** The places of what is in it, where its reader wrote them down. */
  offsets: Offsets | undefined;

  constructor(
    readonly file: SourceFile,
    readonly slice: Slice,
    /** The template that a renderer says this document came from (`# Source:` of `helm template`). */
    readonly origin: string | undefined,
    /** What is read instead of the text as it is written, each character in its place. */
    readonly readAs?: string,
  ) {}

  get text(): string {
    return this.readAs ?? this.file.text.slice(this.slice.start, this.slice.end);
  }

  get positions(): PositionedDocument {
    return positioned(this);
  }

  rangeOf({ start, end }: Span): Range {
    return this.file.rangeOf({ start: this.slice.start + start, end: this.slice.start + end });
  }
}

/** One file of the input: its text, the resources in it, and what could not be read. Paths are as the user gave them. */
export class SourceFile {
  readonly resources: Resource[] = [];
  readonly problems: Problem[] = [];
  /** How many documents are no Kubernetes objects (values files, CI configuration) and were passed over. */
  passedOver = 0;
  /** How many documents are templates of other programs, which cannot be read before they are rendered. */
  templates = 0;
  /** The folder of the chart that the text is rendered from; undefined for text that stands in a file. */
  chart: string | undefined;
  /** Whether the text is made from values when it is first looked at (objects of a cluster): nobody wrote it, so it holds no comments. */
  readonly isGenerated: boolean;
  private starts: number[] | undefined;

  constructor(
    readonly path: string,
    private content: string | (() => string),
    readonly role: Role = 'judged',
  ) {
    this.isGenerated = typeof content !== 'string';
  }

  get text(): string {
    if (typeof this.content !== 'string') this.content = this.content();
    return this.content;
  }

  /** The same file under another name. */
  named(path: string): SourceFile {
    return Object.create(this, { path: { value: path } }) as SourceFile;
  }

  /** The same file with another text of the same length, in which every place stays where it is; made when it is first looked at. */
  showing(made: () => string): SourceFile {
    let text: string | undefined;
    return Object.create(this, { text: { get: () => (text ??= made()) } }) as SourceFile;
  }

  positionOf(offset: number): Position {
    this.starts ??= lineStarts(this.text);
    return positionAt(this.text, this.starts, offset);
  }

  rangeOf({ start, end }: Span): Range {
    return { start: this.positionOf(start), end: this.positionOf(end) };
  }

  /** The offset at which a line (from 1) begins. */
  offsetOfLine(line: number): number {
    this.starts ??= lineStarts(this.text);
    return this.starts[line - 1] ?? this.text.length;
  }

  /** The offset of a place as people count it. */
  offsetOf({ line, column }: Position): number {
    const mark = line === 1 && this.text.charCodeAt(0) === 0xfeff ? 1 : 0;
    return this.offsetOfLine(line) + mark + column - 1;
  }

  /** A stretch of the file that belongs to no resource. */
  spot(span: Span): Place {
    return { file: this, range: this.rangeOf(span), pathText: '' };
  }
}

// Positioned documents are large, and findings come grouped by document: the last few are all that is ever wanted again.
const KEPT = 8;
const recent = new Map<Document, PositionedDocument>();

function positioned(document: Document): PositionedDocument {
  const known = recent.get(document);
  if (known) return known;
  const made = new PositionedDocument(document.text, document.offsets);
  recent.set(document, made);
  if (recent.size > KEPT) recent.delete(recent.keys().next().value!);
  return made;
}

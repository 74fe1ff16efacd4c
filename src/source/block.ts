import { PositionedDocument, type Span } from './positions';

const HEAD = /^\|[-+\d]*[ \t]*(?:#.*)?\r?\n/;

/** YAML that stands as a literal block (`|`) in other YAML: where its own places are in the text around it. */
export class Block {
  private constructor(
    private readonly lines: readonly { start: number; text: string }[],
    private readonly indent: number,
  ) {}

  /** The block at a span, from its `|` to its end; undefined where the span is of something else. */
  static at(text: string, { start, end }: Span): Block | undefined {
    const head = HEAD.exec(text.slice(start, end))?.[0];
    if (head === undefined) return undefined;
    let at = start + head.length;
    const lines = text
      .slice(at, end)
      .split('\n')
      .map((line) => {
        const found = { start: at, text: line };
        at += line.length + 1;
        return found;
      });
    const indent = lines.find((line) => line.text.trim())?.text.search(/\S/) ?? 0;
    return new Block(lines, indent);
  }

  /** Where in the text around it something stands that is found among the places of the block's own text. */
  spanOf(find: (inner: PositionedDocument) => Span): Span {
    const inner = new PositionedDocument(this.lines.map(({ text }) => text.slice(this.indent)).join('\n'));
    const { start, end } = find(inner);
    const from = this.outside(inner.text, start);
    return { start: from, end: from + Math.max(end - start, 1) };
  }

  private outside(inner: string, offset: number): number {
    const before = inner.slice(0, offset);
    const line = this.lines[before.split('\n').length - 1];
    return (line?.start ?? 0) + this.indent + offset - (before.lastIndexOf('\n') + 1);
  }
}

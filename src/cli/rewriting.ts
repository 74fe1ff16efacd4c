import type { Edit } from '../rules/rule';

/** A stretch of the original, or with a text of its own what stands in the place of one. */
interface Piece {
  readonly start: number;
  readonly end: number;
  readonly text?: string;
}

/** What an edit does to a text, whichever that is. */
export type TextEdit = Pick<Edit, 'start' | 'end' | 'text'>;

/** A text that is changed again and again, and can tell all of that as one change of what it was at first. */
export class Rewriting {
  private pieces: readonly Piece[];

  constructor(private readonly original: string) {
    this.pieces = [{ start: 0, end: original.length }];
  }

  get text(): string {
    return this.pieces.map((piece) => this.textOf(piece)).join('');
  }

  /** Makes edits of the text as it is now. They must not overlap, and stand in their order. */
  change(edits: readonly TextEdit[]): void {
    let at = 0;
    const pieces = edits.flatMap(({ start, end, text }) => {
      const before = this.cut(at, start);
      at = end;
      return [...before, { start: 0, end: 0, text }];
    });
    this.pieces = [...pieces, ...this.cut(at, Infinity)];
  }

  /** The edits of the original that make the text what it is now. */
  get edits(): TextEdit[] {
    const edits: TextEdit[] = [];
    let at = 0;
    let added = '';
    for (const { start, end, text } of [...this.pieces, { start: this.original.length, end: this.original.length }]) {
      if (text !== undefined) {
        added += text;
        continue;
      }
      if (added !== this.original.slice(at, start)) edits.push({ start: at, end: start, text: added });
      [at, added] = [end, ''];
    }
    return edits;
  }

  /** The pieces between two offsets of the text as it is now. */
  private cut(from: number, to: number): Piece[] {
    let at = 0;
    return this.pieces.flatMap((piece) => {
      const length = this.textOf(piece).length;
      const [start, end] = [Math.max(from - at, 0), Math.min(to - at, length)];
      at += length;
      if (start >= end) return [];
      return piece.text === undefined
        ? [{ start: piece.start + start, end: piece.start + end }]
        : [{ ...piece, text: piece.text.slice(start, end) }];
    });
  }

  private textOf({ start, end, text }: Piece): string {
    return text ?? this.original.slice(start, end);
  }
}

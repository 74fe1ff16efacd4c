import type { Edit } from '../../rules/rule';

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
    const upTo = this.cutter();
    const pieces = edits.flatMap(({ start, end, text }) => {
      const before = upTo(start);
      upTo(end);
      return [...before, { start: 0, end: 0, text }];
    });
    this.pieces = [...pieces, ...upTo(Infinity)];
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

  /** Gives the pieces of the text as it is now, each time those from where it stopped before up to an offset. */
  private cutter(): (to: number) => Piece[] {
    const left = [...this.pieces].reverse();
    let at = 0;
    return (to) => {
      const taken: Piece[] = [];
      for (let piece = left.pop(); piece; piece = left.pop()) {
        const length = lengthOf(piece);
        const [head, tail] = split(piece, Math.min(to - at, length));
        if (head) taken.push(head);
        at += Math.min(to - at, length);
        if (tail) {
          left.push(tail);
          break;
        }
      }
      return taken;
    };
  }

  private textOf({ start, end, text }: Piece): string {
    return text ?? this.original.slice(start, end);
  }
}

const lengthOf = ({ start, end, text }: Piece): number => text?.length ?? end - start;

/** A piece in two, of which either is left out where it is empty. */
function split(piece: Piece, at: number): [head: Piece | undefined, tail: Piece | undefined] {
  const { start, text } = piece;
  const part = (from: number, to: number): Piece | undefined => {
    if (from >= to) return undefined;
    return text === undefined ? { start: start + from, end: start + to } : { ...piece, text: text.slice(from, to) };
  };
  return [part(0, at), part(at, lengthOf(piece))];
}

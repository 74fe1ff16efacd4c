/** A place in a text as people count: line and column from 1. */
export interface Position {
  line: number;
  column: number;
}

/** From the first character to just behind the last. */
export interface Range {
  start: Position;
  end: Position;
}

/** The offsets at which the lines of a text begin. */
export function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

/** The line and column of an offset; a byte order mark takes no column. */
export function positionAt(text: string, starts: readonly number[], offset: number): Position {
  let low = 0;
  for (let high = starts.length - 1; low < high;) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle]! <= offset) low = middle;
    else high = middle - 1;
  }
  const mark = low === 0 && text.charCodeAt(0) === 0xfeff ? 1 : 0;
  return { line: low + 1, column: Math.max(offset - starts[low]! - mark, 0) + 1 };
}

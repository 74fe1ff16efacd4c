import { UsageError } from '../usage-error';

const [QUOTE, BACKSLASH, OPEN_OBJECT, CLOSE_OBJECT, OPEN_LIST, CLOSE_LIST] = Buffer.from('"\\{}[]');
// { of the list, [ of its items, { of an item.
const ITEM_DEPTH = 3;

/**
 * Takes the JSON of a Kubernetes List piece by piece and tells each item as soon as it is whole, so that no more than one item's text
 * is ever held: a large cluster's list is longer than a string can be.
 */
export class ListReader {
  private readonly pending: Buffer[] = [];
  private readonly open: number[] = [];
  private start = -1;
  private inString = false;
  private escaped = false;

  constructor(private readonly found: (item: unknown) => void) {}

  push(chunk: Buffer): void {
    if (this.start >= 0) this.start = 0;
    for (let at = 0; at < chunk.length; at++) this.read(chunk, at);
    if (this.start >= 0) this.pending.push(chunk.subarray(this.start));
  }

  private read(chunk: Buffer, at: number): void {
    const byte = chunk[at]!;
    if (this.escaped) this.escaped = false;
    else if (this.inString) {
      if (byte === QUOTE) this.inString = false;
      else if (byte === BACKSLASH) this.escaped = true;
    } else if (byte === QUOTE) this.inString = true;
    else if (byte === OPEN_OBJECT || byte === OPEN_LIST) this.opened(byte, at);
    else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) this.closed(chunk, at);
  }

  private opened(byte: number, at: number): void {
    this.open.push(byte);
    if (byte === OPEN_OBJECT && this.open.length === ITEM_DEPTH && this.open[1] === OPEN_LIST) this.start = at;
  }

  private closed(chunk: Buffer, at: number): void {
    if (this.open.length === ITEM_DEPTH && this.start >= 0) {
      const text = Buffer.concat([...this.pending, chunk.subarray(this.start, at + 1)]).toString('utf8');
      this.pending.length = 0;
      this.start = -1;
      this.found(parseJson(text));
    }
    this.open.pop();
  }
}

/** The value of a JSON text that kubectl wrote. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`the output of kubectl is not valid JSON: ${(error as Error).message}`);
  }
}

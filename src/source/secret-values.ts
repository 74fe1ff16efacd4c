/** From so many characters on a value is secret wherever it is quoted, not only in what is said of its own object. */
export const LONG = 8;
/** Of a value that a message cuts off, as much is recognised. */
const PREFIX = 16;

const WORD = /[\w-]/;
const REST = /[^"\n]*/y;

/** Values to find in texts. However many there are, a search takes time by the length of the text alone. */
export class SecretValues {
  /** Beginnings of long values, and whether a value is longer than that. */
  private readonly heads = new Map<string, boolean>();
  private readonly starts = new Set<string>();
  /** Values that are found only as whole words. */
  private readonly short = new Set<string>();

  constructor(values: readonly string[]) {
    for (const value of values) {
      if (value.length < LONG) {
        if (value !== '') this.short.add(value);
        continue;
      }
      const head = value.slice(0, PREFIX);
      this.starts.add(value.slice(0, LONG));
      this.heads.set(head, (this.heads.get(head) ?? false) || value.length > PREFIX);
    }
  }

  /** The text with something else in the place of each value. */
  replacedIn(text: string, by: (value: string) => string): string {
    if (this.heads.size === 0 && this.short.size === 0) return text;
    let shown = '';
    let from = 0;
    for (let at = 0; at < text.length; at++) {
      const length = this.longAt(text, at) || this.shortAt(text, at);
      if (length === 0) continue;
      shown += text.slice(from, at) + by(text.slice(at, at + length));
      from = at + length;
      at = from - 1;
    }
    return shown + text.slice(from);
  }

  /** How many characters at an offset are a long value; zero where none is. */
  private longAt(text: string, at: number): number {
    if (!this.starts.has(text.slice(at, at + LONG))) return 0;
    for (let length = PREFIX; length >= LONG; length--) {
      const isCut = this.heads.get(text.slice(at, at + length));
      if (isCut === undefined) continue;
      return Math.min(length, text.length - at) + (isCut ? restAt(text, at + length) : 0);
    }
    return 0;
  }

  private shortAt(text: string, at: number): number {
    if (this.short.size === 0 || WORD.test(text.charAt(at - 1))) return 0;
    for (let length = LONG - 1; length > 0; length--)
      if (this.short.has(text.slice(at, at + length)) && !WORD.test(text.charAt(at + length)))
        return Math.min(length, text.length - at);
    return 0;
  }
}

/** How many characters from an offset on are the rest of a value: up to a quote or the end of the line. */
function restAt(text: string, at: number): number {
  REST.lastIndex = at;
  return REST.exec(text)?.[0].length ?? 0;
}

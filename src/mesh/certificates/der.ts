/** The binary encoding of certificates and keys (X.690), as far as they need it. */

/** One element: its tag, what is in it, and for those made of others, these. */
export interface Element {
  readonly tag: number;
  readonly bytes: Uint8Array;
  readonly children: readonly Element[];
}

/** What cannot be read. */
export class UnreadableDer extends Error {}

const CONSTRUCTED = 0x20;
/** Certificates nest about ten levels deep. */
const DEEPEST = 32;

/** The one element that the bytes hold. */
export function readDer(bytes: Uint8Array): Element {
  const [first, ...others] = elementsIn(bytes, 0);
  if (!first || others.length > 0) throw new UnreadableDer('not one element');
  return first;
}

function elementsIn(bytes: Uint8Array, depth: number): Element[] {
  if (depth > DEEPEST) throw new UnreadableDer('nested too deeply');
  const found: Element[] = [];
  for (let at = 0; at < bytes.length;) {
    const { tag, start, end } = headerAt(bytes, at);
    const content = bytes.subarray(start, end);
    found.push({ tag, bytes: content, children: tag & CONSTRUCTED ? elementsIn(content, depth + 1) : [] });
    at = end;
  }
  return found;
}

function headerAt(bytes: Uint8Array, at: number): { tag: number; start: number; end: number } {
  const tag = bytes[at];
  const first = bytes[at + 1];
  if (tag === undefined || first === undefined) throw new UnreadableDer('cut off');
  const count = first < 0x80 ? 0 : first & 0x7f;
  if (count > 4) throw new UnreadableDer('too long');
  let length = count === 0 ? first : 0;
  for (let index = 0; index < count; index++) length = length * 256 + (bytes[at + 2 + index] ?? 0);
  const start = at + 2 + count;
  if (start + length > bytes.length) throw new UnreadableDer('cut off');
  return { tag, start, end: start + length };
}

/** The bytes as hexadecimal digits, by which identifiers and numbers are compared. */
export function hex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += PAIRS[byte]!;
  return text;
}

const PAIRS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** The bytes as text of ASCII, however many there are. */
export function ascii(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

/** What a bit string holds, without the byte that counts unused bits. */
export const bitsOf = ({ bytes }: Element): Uint8Array => bytes.subarray(1);

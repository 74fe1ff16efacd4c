/** The few pieces of DER (ITU-T X.690) that a certificate is made of. */

/** A value of a type, made of its parts. */
export function children(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag, ...lengthOf(content.length)]), content]);
}

function lengthOf(length: number): number[] {
  if (length < 0x80) return [length];
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest >>>= 8) bytes.unshift(rest & 0xff);
  return [0x80 | bytes.length, ...bytes];
}

export const sequence = (...parts: Buffer[]): Buffer => children(0x30, ...parts);
export const integer = (bytes: Buffer): Buffer => children(0x02, bytes);
export const text = (value: string): Buffer => children(0x0c, Buffer.from(value, 'utf8'));
export const time = (utc: string): Buffer => children(0x17, Buffer.from(utc, 'ascii'));

/** One of the names that a certificate may have beside its subject: 2 is a host, 6 a URI. */
export const named = (kind: 2 | 6, name: string): Buffer => children(0x80 | kind, Buffer.from(name, 'ascii'));

/** An object identifier such as `2.5.4.3`. */
export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return children(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

function base128(number: number): number[] {
  const digits = [number & 0x7f];
  for (let rest = number >>> 7; rest > 0; rest >>>= 7) digits.unshift(0x80 | (rest & 0x7f));
  return digits;
}

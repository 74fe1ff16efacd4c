/** What a server's certificate says of itself. */
import { type Element, UnreadableDer, ascii, bitsOf, hex, readDer } from './der';
import { pemBlocks } from './pem';

/** A certificate as far as clients and its key care. */
export interface Certificate {
  /** In milliseconds. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** The host names that it is for. */
  readonly names: readonly string[];
  readonly publicKey: PublicKey;
}

/** A public key as far as it can be compared: the modulus of RSA, the point of an elliptic curve. */
export interface PublicKey {
  readonly algorithm: 'RSA' | 'EC' | 'other';
  readonly value: string;
}

const ALGORITHMS = new Map<string, PublicKey['algorithm']>([
  ['2a864886f70d010101', 'RSA'],
  ['2a8648ce3d0201', 'EC'],
]);

/** The algorithm that an identifier names. */
export const algorithmOf = (identifier: Element | undefined): PublicKey['algorithm'] =>
  ALGORITHMS.get(hex(identifier?.bytes ?? new Uint8Array())) ?? 'other';

const ALTERNATIVE_NAMES = '551d11';
const COMMON_NAME = '550403';
const DNS_NAME = 0x82;
const GENERALIZED_TIME = 0x18;
const VERSION = 0xa0;
const EXTENSIONS = 0xa3;

/** The first certificate of a text, which is the server's own; undefined where there is none that can be read. */
export function readCertificate(text: string): Certificate | undefined {
  const block = pemBlocks(text).find(({ type }) => type === 'CERTIFICATE');
  if (!block) return undefined;
  try {
    return certificateIn(readDer(block.bytes));
  } catch (error) {
    if (error instanceof UnreadableDer) return undefined;
    throw error;
  }
}

function certificateIn(whole: Element): Certificate | undefined {
  const parts = whole.children[0]?.children ?? [];
  const [, , , validity, subject, key] = parts[0]?.tag === VERSION ? parts.slice(1) : parts;
  const [from, to] = validity?.children ?? [];
  if (!from || !to || !subject || !key) return undefined;
  const extensions = parts.find(({ tag }) => tag === EXTENSIONS)?.children[0]?.children ?? [];
  const alternatives = alternativeNames(extensions);
  return {
    notBefore: timeOf(from),
    notAfter: timeOf(to),
    // Clients look at the common name only where there is nothing else, and many not even then.
    names: alternatives.length > 0 ? alternatives : commonNames(subject),
    publicKey: publicKeyIn(key),
  };
}

/** `YYMMDDHHMMSSZ`, or with four digits for the year. */
function timeOf({ tag, bytes }: Element): number {
  const text = ascii(bytes);
  const long = tag === GENERALIZED_TIME ? text : `${Number(text.slice(0, 2)) < 50 ? '20' : '19'}${text}`;
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(long) ?? [];
  if (year === undefined) throw new UnreadableDer('no time');
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

function alternativeNames(extensions: readonly Element[]): string[] {
  const extension = extensions.find(
    ({ children }) => hex(children[0]?.bytes ?? new Uint8Array()) === ALTERNATIVE_NAMES,
  );
  const content = extension?.children.at(-1);
  if (!content) return [];
  return readDer(content.bytes)
    .children.filter(({ tag }) => tag === DNS_NAME)
    .map(({ bytes }) => ascii(bytes).toLowerCase());
}

const commonNames = (subject: Element): string[] =>
  subject.children
    .flatMap(({ children }) => children)
    .filter(({ children }) => hex(children[0]?.bytes ?? new Uint8Array()) === COMMON_NAME)
    .map(({ children }) => ascii(children[1]?.bytes ?? new Uint8Array()).toLowerCase());

function publicKeyIn({ children: [scheme, bits] }: Element): PublicKey {
  const algorithm = algorithmOf(scheme?.children[0]);
  if (!bits) return { algorithm: 'other', value: '' };
  const value = algorithm === 'RSA' ? (readDer(bitsOf(bits)).children[0]?.bytes ?? new Uint8Array()) : bitsOf(bits);
  return { algorithm, value: hex(value) };
}

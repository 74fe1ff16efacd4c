/** What a server's certificate says of itself. */
import { type Element, UnreadableDer, ascii, bitsOf, hex, readDer } from './der';
import { type PemBlock, pemBlocks } from './pem';

/** A certificate as far as clients and its key care. */
export interface Certificate {
  /** In milliseconds. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** The host names that it is for. */
  readonly names: readonly string[];
  /** Whether it has a subjectAltName, for whatever kind of name. */
  readonly hasAlternativeNames: boolean;
  /** The hash of its signature, where that can be forged. */
  readonly weakHash?: 'MD5' | 'SHA-1';
  readonly publicKey: PublicKey;
  /** Who signed it and whom it is for, as hexadecimal digits that can be compared. */
  readonly issuer: string;
  readonly subject: string;
  /** Identifies the key that signed it, and its own, where it says so. */
  readonly issuerKeyId?: string;
  readonly keyId?: string;
  /** Whether it may sign others. */
  readonly isAuthority: boolean;
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

/** Identifiers of signatures with RSA, DSA and elliptic curves. */
const WEAK_SIGNATURES = new Map<string, 'MD5' | 'SHA-1'>([
  ['2a864886f70d010104', 'MD5'],
  ['2a864886f70d010105', 'SHA-1'],
  ['2a8648ce380403', 'SHA-1'],
  ['2a8648ce3d0401', 'SHA-1'],
]);

const ALTERNATIVE_NAMES = '551d11';
const BASIC_CONSTRAINTS = '551d13';
const SUBJECT_KEY = '551d0e';
const AUTHORITY_KEY = '551d23';
const KEY_ID = 0x80;
const BOOLEAN = 0x01;
const COMMON_NAME = '550403';
const DNS_NAME = 0x82;
const GENERALIZED_TIME = 0x18;
const VERSION = 0xa0;
const EXTENSIONS = 0xa3;

/** Envoy takes no RSA key of fewer bits. envoy: TlsContext, ContextImpl */
export const LEAST_RSA_BITS = 2048;

/** The length of a key in bits; undefined for keys that are not RSA. */
export const rsaBits = ({ algorithm, value }: PublicKey): number | undefined =>
  algorithm === 'RSA' ? value.replace(/^(?:00)+/, '').length * 4 : undefined;

/** The first certificate of a text, which is the server's own; undefined where there is none that can be read. */
export function readCertificate(text: string): Certificate | undefined {
  const block = pemBlocks(text).find(({ type }) => type === 'CERTIFICATE');
  return block && readBlock(block);
}

/** The certificates of a text that can be read, in their order. */
export const readCertificates = (text: string): Certificate[] =>
  pemBlocks(text).flatMap((block) => (block.type === 'CERTIFICATE' ? (readBlock(block) ?? []) : []));

function readBlock(block: PemBlock): Certificate | undefined {
  try {
    return certificateIn(readDer(block.bytes));
  } catch (error) {
    if (error instanceof UnreadableDer) return undefined;
    throw error;
  }
}

function certificateIn(whole: Element): Certificate | undefined {
  const parts = whole.children[0]?.children ?? [];
  const [, , issuer, validity, subject, key] = parts[0]?.tag === VERSION ? parts.slice(1) : parts;
  const [from, to] = validity?.children ?? [];
  if (!from || !to || !issuer || !subject || !key) return undefined;
  const extensions = parts.find(({ tag }) => tag === EXTENSIONS)?.children[0]?.children ?? [];
  const alternatives = alternativeNames(extensions);
  const [keyId, issuerKeyId] = [keyIdIn(extensions), issuerKeyIdIn(extensions)];
  const weakHash = WEAK_SIGNATURES.get(hex(whole.children[1]?.children[0]?.bytes ?? new Uint8Array()));
  return {
    notBefore: timeOf(from),
    notAfter: timeOf(to),
    // Clients look at the common name only where there is nothing else, and many not even then.
    names: alternatives.length > 0 ? alternatives : commonNames(subject),
    hasAlternativeNames: extensionIn(extensions, ALTERNATIVE_NAMES) !== undefined,
    ...(weakHash && { weakHash }),
    publicKey: publicKeyIn(key),
    issuer: hex(issuer.bytes),
    subject: hex(subject.bytes),
    ...(keyId !== undefined && { keyId }),
    ...(issuerKeyId !== undefined && { issuerKeyId }),
    isAuthority: isAuthority(extensions),
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

/** What an extension holds; undefined where the certificate does not have it. */
function extensionIn(extensions: readonly Element[], wanted: string): Element | undefined {
  const extension = extensions.find(({ children }) => hex(children[0]?.bytes ?? new Uint8Array()) === wanted);
  const content = extension?.children.at(-1);
  return content && readDer(content.bytes);
}

const keyIdIn = (extensions: readonly Element[]): string | undefined => {
  const found = extensionIn(extensions, SUBJECT_KEY);
  return found && hex(found.bytes);
};

const issuerKeyIdIn = (extensions: readonly Element[]): string | undefined => {
  const found = extensionIn(extensions, AUTHORITY_KEY)?.children.find(({ tag }) => tag === KEY_ID);
  return found && hex(found.bytes);
};

const isAuthority = (extensions: readonly Element[]): boolean =>
  extensionIn(extensions, BASIC_CONSTRAINTS)?.children.some(({ tag, bytes }) => tag === BOOLEAN && bytes[0] !== 0) ??
  false;

function alternativeNames(extensions: readonly Element[]): string[] {
  return (extensionIn(extensions, ALTERNATIVE_NAMES)?.children ?? [])
    .filter(({ tag }) => tag === DNS_NAME)
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

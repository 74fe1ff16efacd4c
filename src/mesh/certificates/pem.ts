/** Text that holds certificates and keys. */

/** One block of it. */
export interface PemBlock {
  /** As `CERTIFICATE` or `RSA PRIVATE KEY`. */
  readonly type: string;
  readonly bytes: Uint8Array;
}

const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----\r?\n([A-Za-z0-9+/=\s]*)-----END \1-----/g;

/** The blocks of a text, in their order; what stands between them is passed over. */
export const pemBlocks = (text: string): PemBlock[] =>
  [...text.matchAll(BLOCK)].flatMap(([, type = '', content = '']) => {
    const bytes = fromBase64(content);
    return bytes ? [{ type, bytes }] : [];
  });

/** What base64 stands for; undefined where it is none. */
export function fromBase64(text: string): Uint8Array | undefined {
  const plain = text.replace(/\s+/g, '');
  if (!/^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(plain)) return undefined;
  return Uint8Array.from(atob(plain), (character) => character.charCodeAt(0));
}

/** Text that holds certificates and keys. */
import { isBase64 } from '../../schema/base64';

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
  if (!isBase64(plain)) return undefined;
  const characters = atob(plain);
  const bytes = new Uint8Array(characters.length);
  for (let at = 0; at < bytes.length; at++) bytes[at] = characters.charCodeAt(at);
  return bytes;
}

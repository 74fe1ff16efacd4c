/** Which public key a private key belongs to. */
import { type PublicKey, algorithmOf } from './certificate';
import { type Element, UnreadableDer, bitsOf, hex, readDer } from './der';
import { pemBlocks } from './pem';

const PUBLIC_POINT = 0xa1;

/** What belongs to the first private key of a text; `unreadable` where there is none. */
export function publicKeyOf(text: string): PublicKey | 'unreadable' {
  const block = pemBlocks(text).find(({ type }) => type.endsWith('PRIVATE KEY'));
  if (!block) return 'unreadable';
  // Nobody can look into a key that is locked, Istio neither.
  if (block.type === 'ENCRYPTED PRIVATE KEY') return 'unreadable';
  try {
    return keyIn(block.type, readDer(block.bytes));
  } catch (error) {
    if (error instanceof UnreadableDer) return 'unreadable';
    throw error;
  }
}

function keyIn(type: string, key: Element): PublicKey {
  if (type === 'RSA PRIVATE KEY') return rsaKey(key);
  if (type === 'EC PRIVATE KEY') return ecKey(key);
  const [, scheme, inner] = key.children;
  const algorithm = algorithmOf(scheme?.children[0]);
  if (!inner || algorithm === 'other') return { algorithm: 'other', value: '' };
  return algorithm === 'RSA' ? rsaKey(readDer(inner.bytes)) : ecKey(readDer(inner.bytes));
}

const rsaKey = ({ children: [, modulus] }: Element): PublicKey => ({
  algorithm: 'RSA',
  value: hex(modulus?.bytes ?? new Uint8Array()),
});

/** The point is optional; without it the value stays empty. */
function ecKey({ children }: Element): PublicKey {
  const point = children.find(({ tag }) => tag === PUBLIC_POINT)?.children[0];
  return { algorithm: 'EC', value: point ? hex(bitsOf(point)) : '' };
}

/** Whether a private key belongs to a certificate; undefined where that cannot be told. */
export function belongsTo(key: PublicKey, certificate: PublicKey): boolean | undefined {
  if (key.algorithm === 'other' || certificate.algorithm === 'other') return undefined;
  if (key.algorithm !== certificate.algorithm) return false;
  return key.value === '' ? undefined : key.value === certificate.value;
}

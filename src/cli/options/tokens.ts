import { constants, createHmac, createPublicKey, timingSafeEqual, verify as verifySignature } from 'node:crypto';
import type { VerifySignature } from '../../envoy/run/run';

/** The time against which tokens expire, in seconds since 1970. */
export const now = (): number => Math.floor(Date.now() / 1000);

/** Whether a JSON Web Key made a signature; a key that cannot be used made none. */
export const verify: VerifySignature = (algorithm, key, data, signature) => {
  const bytes = Buffer.from(signature, 'base64url');
  try {
    return algorithm.startsWith('HS') ? isHmac(algorithm, key, data, bytes) : isSigned(algorithm, key, data, bytes);
  } catch {
    return false;
  }
};

const hashOf = (algorithm: string): string => `sha${algorithm.slice(2)}`;

function isHmac(algorithm: string, { k }: Readonly<Record<string, unknown>>, data: string, signature: Buffer): boolean {
  const made = createHmac(hashOf(algorithm), Buffer.from(String(k), 'base64url'))
    .update(data)
    .digest();
  return made.length === signature.length && timingSafeEqual(made, signature);
}

function isSigned(algorithm: string, jwk: Readonly<Record<string, unknown>>, data: string, signature: Buffer): boolean {
  const key = createPublicKey({ key: jwk, format: 'jwk' });
  const bytes = Buffer.from(data);
  switch (algorithm.slice(0, 2)) {
    case 'Ed':
      return verifySignature(null, bytes, key, signature);
    case 'ES':
      return verifySignature(hashOf(algorithm), bytes, { key, dsaEncoding: 'ieee-p1363' }, signature);
    case 'PS': {
      const padding = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };
      return verifySignature(hashOf(algorithm), bytes, { key, ...padding }, signature);
    }
    default:
      return verifySignature(hashOf(algorithm), bytes, key, signature);
  }
}

/** Why a Secret gives a proxy no certificate, or one that no client accepts. */
import { LEAST_RSA_BITS, rsaBits } from '../certificates/certificate';
import { belongsTo } from '../certificates/private-key';
import type { Mesh } from '../mesh';
import { isPresumedWhole, isSurelyAbsent } from '../world';
import { type KeyPair, authorityName, credentialSecret, holdsAuthority, keyPairOf } from './gateway-credentials';
import { makersOfSecret } from './secret-makers';

/** What a Secret lacks of a certificate and its key, with the names under which they are expected. */
export type KeyFault =
  | { readonly kind: 'no certificate and key'; readonly names: readonly [certificate: string, key: string] }
  | { readonly kind: 'no certificate' | 'invalid certificate' | 'no key' | 'invalid key'; readonly name: string };

/** Why a certificate cannot be used; undefined where it can be read with its key. */
export function keyFault({ certificate, key, names, certificateName, keyName }: KeyPair): KeyFault | undefined {
  const [expectedCertificate, expectedKey] = names;
  if (certificateName === undefined && keyName === undefined) return { kind: 'no certificate and key', names };
  if (certificateName === undefined) return { kind: 'no certificate', name: expectedCertificate };
  if (keyName === undefined) return { kind: 'no key', name: expectedKey };
  if (!certificate) return { kind: 'invalid certificate', name: certificateName };
  return key === 'unreadable' ? { kind: 'invalid key', name: keyName } : undefined;
}

/** A Secret, as a proxy looks for it. */
export interface SecretName {
  readonly namespace: string;
  readonly name: string;
  readonly holds: 'key' | 'authority';
}

/** What is wrong with a Secret. */
export type SecretFault =
  | KeyFault
  /** It does not exist, and no object creates it. */
  | { readonly kind: 'missing' }
  | { readonly kind: 'key of another certificate' }
  | { readonly kind: 'short key'; readonly bits: number }
  | { readonly kind: 'no authority' }
  /** Proxies use it all the same; clients refuse it. In milliseconds. */
  | { readonly kind: 'expired' | 'not valid yet'; readonly time: number };

/**
 * What is wrong with a Secret; undefined where nothing is, or the input does not say.
 * @param now in milliseconds; without it no certificate expires
 */
export function secretFault(mesh: Mesh, secret: SecretName, now?: number): SecretFault | undefined {
  return secret.holds === 'key' ? faultOfKey(mesh, secret, now) : faultOfAuthority(mesh, secret);
}

function faultOfKey(mesh: Mesh, { namespace, name }: SecretName, now: number | undefined): SecretFault | undefined {
  const secret = credentialSecret(mesh, namespace, name, 'key');
  if (!secret) return isAbsent(mesh, namespace, name) ? { kind: 'missing' } : undefined;
  const pair = keyPairOf(secret);
  const fault = keyFault(pair);
  if (fault) return fault;
  const { certificate, key } = pair;
  if (!certificate || key === 'unreadable') return undefined;
  if (belongsTo(key, certificate.publicKey) === false) return { kind: 'key of another certificate' };
  const bits = rsaBits(certificate.publicKey);
  if (bits !== undefined && bits < LEAST_RSA_BITS) return { kind: 'short key', bits };
  if (now === undefined) return undefined;
  if (certificate.notAfter < now) return { kind: 'expired', time: certificate.notAfter };
  return certificate.notBefore > now ? { kind: 'not valid yet', time: certificate.notBefore } : undefined;
}

/** It is looked for in a Secret of its own first, then beside the key. */
function faultOfAuthority(mesh: Mesh, { namespace, name }: SecretName): SecretFault | undefined {
  const own = authorityName(name);
  const secret = credentialSecret(mesh, namespace, name, 'authority');
  if (!secret)
    return isAbsent(mesh, namespace, name) && isAbsent(mesh, namespace, own) ? { kind: 'missing' } : undefined;
  if (holdsAuthority(secret)) return undefined;
  const isCertain =
    secret.name === own || (!isMade(mesh, namespace, own) && isPresumedWhole(mesh, 'Secret', namespace));
  return isCertain ? { kind: 'no authority' } : undefined;
}

const isAbsent = (mesh: Mesh, namespace: string, name: string): boolean =>
  !credentialSecret(mesh, namespace, name, 'key') &&
  !isMade(mesh, namespace, name) &&
  isSurelyAbsent(mesh, { kind: 'Secret', namespace, name });

const isMade = (mesh: Mesh, namespace: string, name: string): boolean =>
  makersOfSecret(mesh, name).some((made) => made.namespace === undefined || made.namespace === namespace);

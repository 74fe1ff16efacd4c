/** Whether a certificate and its key can sign those of workloads, as istiod checks before it starts. */
import { type Certificate, readCertificate, readCertificates } from './certificate';
import { belongsTo, publicKeyOf } from './private-key';

/** The texts of an authority of the mesh. */
export interface Authority {
  readonly certificate: string;
  readonly key: string;
  /** Certificates between this one and the root; may be empty. */
  readonly chain: string;
  readonly root: string;
}

/** Why an authority cannot be used. */
export type AuthorityFault =
  | { readonly kind: 'unreadable'; readonly part: keyof Authority }
  | {
      readonly kind:
        'key of another certificate' | 'not an authority' | 'root is not an authority' | 'not signed by the root';
    }
  /** In milliseconds. */
  | { readonly kind: 'expired' | 'not valid yet'; readonly part: 'certificate' | 'root'; readonly time: number };

/**
 * What is wrong with an authority; undefined where nothing is. Signatures are not computed: names and key identifiers are compared.
 * istio: util.Verify, ca.NewPluggedCertIstioCAOptions
 * @param now in milliseconds
 */
export function authorityFault({ certificate, key, chain, root }: Authority, now: number): AuthorityFault | undefined {
  const own = readCertificate(certificate);
  const roots = readCertificates(root);
  const publicKey = publicKeyOf(key);
  if (!own) return { kind: 'unreadable', part: 'certificate' };
  if (publicKey === 'unreadable') return { kind: 'unreadable', part: 'key' };
  if (roots.length === 0) return { kind: 'unreadable', part: 'root' };
  if (belongsTo(publicKey, own.publicKey) === false) return { kind: 'key of another certificate' };
  if (!own.isAuthority) return { kind: 'not an authority' };
  const path = pathToRoot(own, readCertificates(chain), roots);
  const end = path.at(-1);
  if (!end || !roots.some((each) => isSame(each, end))) return { kind: 'not signed by the root' };
  if (path.some(({ isAuthority }) => !isAuthority)) return { kind: 'root is not an authority' };
  return validityFault(own, 'certificate', now) ?? validityFault(end, 'root', now);
}

function validityFault(
  { notBefore, notAfter }: Certificate,
  part: 'certificate' | 'root',
  now: number,
): AuthorityFault | undefined {
  if (notAfter < now) return { kind: 'expired', part, time: notAfter };
  return notBefore > now ? { kind: 'not valid yet', part, time: notBefore } : undefined;
}

/** More certificates than this are not between a certificate and its root. */
const LONGEST = 16;

/** A certificate, then who signed it, and so on, as far as one of the roots. */
function pathToRoot(own: Certificate, chain: readonly Certificate[], roots: readonly Certificate[]): Certificate[] {
  const path = [own];
  while (path.length < LONGEST) {
    const last = path.at(-1)!;
    if (roots.some((each) => isSame(each, last))) return path;
    const signer = [...roots, ...chain].find((each) => mayHaveSigned(each, last));
    if (!signer || path.includes(signer)) return path;
    path.push(signer);
  }
  return path;
}

const isSame = (one: Certificate, other: Certificate): boolean =>
  one.subject === other.subject &&
  one.publicKey.algorithm === other.publicKey.algorithm &&
  one.publicKey.value === other.publicKey.value;

function mayHaveSigned(signer: Certificate, signed: Certificate): boolean {
  if (signer.subject !== signed.issuer) return false;
  return signer.keyId === undefined || signed.issuerKeyId === undefined || signer.keyId === signed.issuerKeyId;
}

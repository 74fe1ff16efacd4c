/** Certificates for a proxy that is to start without a certificate authority: made on the spot, for trying things out. */
import { type KeyObject, createHash, generateKeyPairSync, sign } from 'node:crypto';
import { children, integer, named, oid, sequence, text, time } from './der';

const ECDSA_WITH_SHA256 = sequence(oid('1.2.840.10045.4.3.2'));
const COMMON_NAME = oid('2.5.4.3');
const SUBJECT_ALT_NAME = oid('2.5.29.17');
const BASIC_CONSTRAINTS = oid('2.5.29.19');

/** A certificate and its key, as PEM. */
export interface Issued {
  readonly certificate: string;
  readonly key: string;
}

/** An authority that knows nobody and whom nobody knows. */
export interface Authority {
  readonly certificate: string;
  /** Issues a certificate to a name of the form `spiffe://...`, or of a host. */
  issue(name: string): Issued;
}

/** A new authority. */
export function authority(): Authority {
  const root = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const isAuthority = sequence(BASIC_CONSTRAINTS, TRUE, octets(sequence(TRUE)));
  const certificate = pem('CERTIFICATE', signed(root.publicKey, AUTHORITY, isAuthority, root.privateKey));
  return {
    certificate,
    issue(name) {
      const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const alternative = name.includes('://') ? named(6, name) : named(2, name);
      const names = sequence(SUBJECT_ALT_NAME, octets(sequence(alternative)));
      return {
        certificate: pem('CERTIFICATE', signed(publicKey, name, names, root.privateKey)),
        key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      };
    },
  };
}

const AUTHORITY = 'meshlint, for trying out';
const TRUE = Buffer.from([0x01, 0x01, 0xff]);
const octets = (content: Buffer): Buffer => children(0x04, content);

/** A certificate of version 3 (RFC 5280) with one extension. */
function signed(publicKey: KeyObject, subject: string, extension: Buffer, by: KeyObject): Buffer {
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  const serial = createHash('sha256').update(spki).digest().subarray(0, 8);
  const content = sequence(
    children(0xa0, integer(Buffer.from([2]))),
    integer(Buffer.from([0x01, ...serial])),
    ECDSA_WITH_SHA256,
    nameOf(AUTHORITY),
    sequence(time('200101000000Z'), time('491231235959Z')),
    nameOf(subject),
    spki,
    children(0xa3, sequence(extension)),
  );
  const signature = sign('sha256', content, by);
  return sequence(content, ECDSA_WITH_SHA256, children(0x03, Buffer.from([0]), signature));
}

const nameOf = (name: string): Buffer => sequence(children(0x31, sequence(COMMON_NAME, text(name.slice(0, 64)))));

function pem(kind: string, der: Buffer): string {
  const lines = der.toString('base64').replace(/.{64}/g, '$&\n').trimEnd();
  return `-----BEGIN ${kind}-----\n${lines}\n-----END ${kind}-----\n`;
}

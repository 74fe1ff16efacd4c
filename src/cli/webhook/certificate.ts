import { X509Certificate, createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { whyUnreadable } from '../input/read-text';
import { UsageError } from '../usage-error';

/** The files of a certificate and its key, PEM both. */
export interface CertificateFiles {
  readonly cert: string;
  readonly key: string;
}

/** A certificate with its key, as a TLS server takes them. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
  readonly validFrom: Date;
  readonly validTo: Date;
}

/** Reads a certificate and its key. Throws a UsageError where they cannot be used, or have expired. */
export function readCertificate(files: CertificateFiles, now = new Date()): Certificate {
  const [cert, key] = [textIn(files.cert), textIn(files.key)];
  const certificate = parsed(files.cert, 'certificate', () => new X509Certificate(cert));
  const secret = parsed(files.key, 'private key', () => createPrivateKey(key));
  if (!certificate.checkPrivateKey(secret))
    throw new UsageError(`the key "${files.key}" does not belong to the certificate "${files.cert}"`);
  const [validFrom, validTo] = [new Date(certificate.validFrom), new Date(certificate.validTo)];
  if (validTo <= now) throw new UsageError(`the certificate "${files.cert}" expired on ${validTo.toISOString()}`);
  return { cert, key, validFrom, validTo };
}

function textIn(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new UsageError(`cannot read "${path}": ${whyUnreadable(error)}`);
  }
}

function parsed<Value>(path: string, what: string, parse: () => Value): Value {
  try {
    return parse();
  } catch {
    throw new UsageError(`"${path}" is not a ${what} in PEM format`);
  }
}

/** Calls back with each new certificate that appears in the files, and with why a changed one cannot be used. Looks until it is stopped. */
export function watchCertificate(
  files: CertificateFiles,
  milliseconds: number,
  { renewed, failed }: { renewed: (certificate: Certificate) => void; failed: (why: string) => void },
): { stop: () => void } {
  let seen = contentOf(files);
  const timer = setInterval(() => {
    const now = contentOf(files);
    if (now === seen) return;
    seen = now;
    try {
      renewed(readCertificate(files));
    } catch (error) {
      // A key without its certificate is seen while both are replaced: the next look finds both.
      failed((error as Error).message);
    }
  }, milliseconds);
  return { stop: () => clearInterval(timer) };
}

function contentOf({ cert, key }: CertificateFiles): string {
  try {
    return readFileSync(cert, 'utf8') + readFileSync(key, 'utf8');
  } catch {
    return '';
  }
}

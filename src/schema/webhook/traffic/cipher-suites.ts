import { didYouMean } from '../../spelling';
import type { Check } from '../part';

/** What BoringSSL knows. istio: security.ValidCipherSuites */
const KNOWN: ReadonlySet<string> = new Set([
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
  'ECDHE-ECDSA-AES128-SHA',
  'ECDHE-RSA-AES128-SHA',
  'ECDHE-ECDSA-AES256-SHA',
  'ECDHE-RSA-AES256-SHA',
  'AES128-GCM-SHA256',
  'AES256-GCM-SHA384',
  'AES128-SHA',
  'AES256-SHA',
  'DES-CBC3-SHA',
]);

// Expressions such as `-ALL` are left to Envoy. istio: security.IsValidCipherSuite
const isKnown = (name: string) => name === '' || name === 'ALL' || !/^[\p{L}\p{N}]/u.test(name) || KNOWN.has(name);

/** Names of cipher suites: the proxy passes over those that it does not know, and over repetitions. */
export const cipherSuites: Check<readonly string[] | undefined> = (part) => {
  const seen = new Set<string>();
  for (const suite of part.items()) {
    if (!isKnown(suite.value))
      suite.doubt(`there is no cipher suite "${suite.value}", so it is left out${didYouMean(suite.value, KNOWN)}`);
    else if (seen.has(suite.value)) suite.doubt(`the cipher suite "${suite.value}" stands twice`);
    seen.add(suite.value);
  }
};

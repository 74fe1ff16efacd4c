import { CIPHER_SUITES } from '../../facts/cipher-suites';
import { didYouMean } from '../../spelling';
import type { Check } from '../part';

// Expressions such as `-ALL` are left to Envoy. istio: security.IsValidCipherSuite
const isKnown = (name: string) =>
  name === '' || name === 'ALL' || !/^[\p{L}\p{N}]/u.test(name) || CIPHER_SUITES.has(name);

/** Names of cipher suites: the proxy passes over those that it does not know, and over repetitions. */
export const cipherSuites: Check<readonly string[] | undefined> = (part) => {
  const seen = new Set<string>();
  for (const suite of part.items()) {
    if (!isKnown(suite.value))
      suite.doubt(`unknown cipher suite "${suite.value}"; it is ignored${didYouMean(suite.value, CIPHER_SUITES)}`);
    else if (seen.has(suite.value)) suite.doubt(`duplicate cipher suite "${suite.value}"`);
    seen.add(suite.value);
  }
};

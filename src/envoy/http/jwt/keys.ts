import { isRecord } from '../../record';
import type { DataSource, JwtProvider } from '../../config';
import { perObject } from '../../run/lookup';
import type { VerifySignature } from '../../run/run';
import type { Token } from './token';
import { own } from '../../own';

type Key = Readonly<Record<string, unknown>>;

const keysIn = perObject(({ inlineString, inlineBytes }: DataSource): Key[] => {
  try {
    const text = inlineString ?? atob(inlineBytes ?? '');
    const set: unknown = JSON.parse(text);
    const keys: unknown = isRecord(set) ? set['keys'] : undefined;
    return Array.isArray(keys) ? keys.filter(isRecord) : [];
  } catch {
    return [];
  }
});

const KEY_TYPES: Readonly<Record<string, string>> = { ES: 'EC', HS: 'oct', RS: 'RSA', PS: 'RSA', Ed: 'OKP' };

/**
 * What is wrong with a token's signature, in Envoy's words; undefined for a good one, and where keys are fetched from elsewhere
 * or nobody can check. envoy: JwtVerify::verifyJwtWithoutTimeChecking.
 */
export function signatureFault(
  token: Token,
  provider: JwtProvider,
  verify: VerifySignature | undefined,
): string | undefined {
  const { signed, algorithm, keyId } = token;
  if (!signed || !provider.localJwks || (!provider.localJwks.inlineString && !provider.localJwks.inlineBytes))
    return undefined;
  const keys = keysIn(provider.localJwks);
  if (!keys.length) return 'Jwks is invalid';
  const suitable = keys.filter(({ kid, alg }) => (!keyId || !kid || kid === keyId) && (!alg || alg === algorithm));
  if (!suitable.length) return "Jwks doesn't have key to match kid or alg from Jwt";
  if (!verify) return undefined;
  const good = suitable.some(
    (key) =>
      key['kty'] === own(KEY_TYPES, algorithm.slice(0, 2)) && verify(algorithm, key, signed.data, signed.signature),
  );
  return good ? undefined : 'Jwt verification fails';
}

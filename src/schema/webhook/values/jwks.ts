import { isRecord } from '../../../source/record';
/** JSON Web Keys, as istiod reads those that stand in a RequestAuthentication. Source: lestrrat-go/jwx jwk.Parse. */

import { own } from '../../../source/own';

const NEEDED: Readonly<Record<string, readonly string[]>> = {
  RSA: ['e', 'n'],
  EC: ['crv', 'x', 'y'],
  OKP: ['crv', 'x'],
  oct: ['k'],
};
const TEXTS = ['alg', 'kid', 'use', 'x5t', 'x5t#S256', 'x5u', 'crv'];
const NUMBERS = ['e', 'n', 'x', 'y', 'k', 'd', 'p', 'q', 'dp', 'dq', 'qi'];

/** What was found in a text that should be a set of keys. */
export interface Jwks {
  /** Why it is no set of keys. */
  readonly fault?: string;
  /** The places of keys that hold more than what verification needs: private or symmetric ones. */
  readonly secret: readonly number[];
}

/** Reads a set of keys, or a single one. */
export function readJwks(text: string): Jwks {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { fault: 'it is not valid JSON', secret: [] };
  }
  if (!isRecord(value)) return { fault: 'it is not a JSON object', secret: [] };
  if (!('keys' in value)) return checked([value], () => '');
  const { keys } = value;
  if (keys !== null && !Array.isArray(keys)) return { fault: '"keys" is not a list', secret: [] };
  return checked((keys ?? []) as unknown[], (index) => `keys[${index}]: `);
}

function checked(keys: readonly unknown[], nameOf: (index: number) => string): Jwks {
  for (const [index, key] of keys.entries()) {
    const fault = isRecord(key) ? faultOf(key) : 'it is not a JSON object';
    if (fault) return { fault: nameOf(index) + fault, secret: [] };
  }
  const secret = keys.flatMap((key, index) => (isRecord(key) && ('d' in key || key['kty'] === 'oct') ? [index] : []));
  return { secret };
}

function faultOf(key: Record<string, unknown>): string | undefined {
  const { kty } = key;
  const needed = typeof kty === 'string' && own(NEEDED, kty);
  if (!needed) return 'kty' in key ? `"kty" is ${JSON.stringify(kty)}, not RSA, EC, OKP or oct` : '"kty" is missing';
  const absent = needed.find((name) => !(name in key));
  if (absent) return `"${absent}" is missing: a key of type ${kty} has it`;
  const noText = TEXTS.find((name) => name in key && own(key, name) !== null && typeof own(key, name) !== 'string');
  if (noText) return `"${noText}" is not a text`;
  const noBytes = NUMBERS.find((name) => name in key && own(key, name) !== null && !isBase64(own(key, name)));
  if (noBytes) return `"${noBytes}" is not base64`;
  return badList(key);
}

function badList(key: Record<string, unknown>): string | undefined {
  const isList = (value: unknown) => Array.isArray(value) && value.every((item) => typeof item === 'string');
  const name = ['key_ops', 'x5c'].find((field) => field in key && own(key, field) !== null && !isList(own(key, field)));
  if (name) return `"${name}" is not a list of texts`;
  const { x5c } = key as { x5c?: string[] | null };
  return x5c && !x5c.every(isBase64) ? '"x5c" holds something that is not base64' : undefined;
}

/** Any of the four alphabets of base64, told by what is in the text. */
function isBase64(text: unknown): boolean {
  if (typeof text !== 'string') return false;
  const plain = text.replace(/[\r\n]/g, '');
  const body = plain.replace(/={1,2}$/, '');
  if (!(/[+/]/.test(body) ? /^[A-Za-z0-9+/]*$/ : /^[A-Za-z0-9_-]*$/).test(body) || body.length % 4 === 1) return false;
  return body === plain || plain.length % 4 === 0;
}

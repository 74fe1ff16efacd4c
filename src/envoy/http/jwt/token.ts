/** A JSON Web Token whose form is good; nothing is said of its validity. */
import { own } from '../../own';

export interface Token {
  readonly algorithm: string;
  readonly keyId?: string;
  readonly claims: Readonly<Record<string, unknown>>;
  readonly issuer: string;
  readonly audiences: readonly string[];
  /** In seconds since 1970; 0 where the claim is absent. */
  readonly notBefore: number;
  readonly expires: number;
  readonly header: Readonly<Record<string, unknown>>;
  readonly payload: string;
  /** What is signed, and how; absent for claims that are taken to be valid. */
  readonly signed?: { readonly data: string; readonly signature: string };
}

const ALGORITHMS = /^(?:(?:ES|HS|RS|PS)(?:256|384|512)|EdDSA)$/;

/** The token of a text, or what is wrong with it, in Envoy's words. envoy: JwtVerify::Jwt::parseFromString. */
export function parseToken(text: string): Token | string {
  // Empty sections do not count.
  const parts = text.split('.').filter(Boolean);
  if (parts.length !== 3) return 'Jwt is not in the form of Header.Payload.Signature with two dots and 3 sections';
  const [head = '', payload = '', signature = ''] = parts;
  const header = jsonOf(head, 'header');
  if (typeof header === 'string') return header;
  const { alg, kid } = header;
  if (typeof alg !== 'string') return 'Jwt header [alg] field is required and must be a string';
  if (!ALGORITHMS.test(alg)) return 'Jwt header [alg] is not supported';
  if (kid !== undefined && typeof kid !== 'string') return 'Jwt header [kid] field is not a string';

  const claims = jsonOf(payload, 'payload');
  if (typeof claims === 'string') return claims;
  const fault = faultIn(claims);
  if (fault) return fault;
  if (decode(signature) === undefined) return 'Jwt signature is an invalid Base64url encoded';
  const base = tokenOf(claims, payload);
  return {
    ...base,
    algorithm: alg,
    ...(kid && { keyId: kid }),
    header,
    signed: { data: `${head}.${payload}`, signature },
  };
}

/** What is wrong with the form of a token, if anything is. */
export function tokenFault(text: string): string | undefined {
  const token = parseToken(text);
  return typeof token === 'string' ? token : undefined;
}

/** A token with these claims, as if it had been sent and its signature were good. */
export function assumedToken(claims: Readonly<Record<string, unknown>>): Token {
  return { ...tokenOf(claims, ''), algorithm: '', header: {} };
}

function tokenOf(claims: Readonly<Record<string, unknown>>, payload: string): Omit<Token, 'algorithm' | 'header'> {
  const { iss, aud, nbf, exp } = claims;
  return {
    claims,
    payload,
    issuer: typeof iss === 'string' ? iss : '',
    audiences: (Array.isArray(aud) ? aud : [aud]).filter((each) => typeof each === 'string'),
    notBefore: Math.trunc(Number(nbf ?? 0)),
    expires: Math.trunc(Number(exp ?? 0)),
  };
}

function jsonOf(part: string, of: 'header' | 'payload'): Record<string, unknown> | string {
  const text = decode(part);
  if (text === undefined) return `Jwt ${of} is an invalid Base64url encoded`;
  try {
    const value: unknown = JSON.parse(text);
    if (value && typeof value === 'object' && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // told below
  }
  return `Jwt ${of} is an invalid JSON`;
}

function decode(part: string): string | undefined {
  const plain = part.replace(/={1,2}$/, '');
  if (!/^[A-Za-z0-9_-]*$/.test(plain) || plain.length % 4 === 1) return undefined;
  const bytes = Uint8Array.from(atob(plain.replaceAll('-', '+').replaceAll('_', '/')), (character) =>
    character.charCodeAt(0),
  );
  return new TextDecoder().decode(bytes);
}

/** The first claim whose type is wrong, in the order in which Envoy looks. */
function faultIn(claims: Readonly<Record<string, unknown>>): string | undefined {
  for (const name of ['iss', 'sub', 'iat', 'nbf', 'exp', 'jti']) {
    if (!(name in claims)) continue;
    const fault = /^(?:iat|nbf|exp)$/.test(name) ? notTime(own(claims, name)) : notText(own(claims, name));
    if (fault) return `Jwt payload [${name}] field is ${fault}`;
  }
  const { aud } = claims;
  const listed = Array.isArray(aud) ? aud.every((each) => typeof each === 'string') : typeof aud === 'string';
  return 'aud' in claims && !listed ? 'Jwt payload [aud] field is not a string or string list' : undefined;
}

const notText = (value: unknown): string | undefined => (typeof value === 'string' ? undefined : 'not a string');

function notTime(value: unknown): string | undefined {
  if (typeof value !== 'number') return 'not an integer';
  return value < 0 || value >= 2 ** 63 ? 'not a positive 64 bit integer' : undefined;
}

import type { JwtProvider } from '../../config';
import type { Stream } from '../stream';
import { signatureFault } from './keys';
import { type Found, findTokens } from './locations';
import { passOn } from './claims';
import { type Token, assumedToken, parseToken } from './token';

/** How a check of tokens ended, in Envoy's words. */
export type Status = string;

export const OK: Status = 'OK';
export const MISSING: Status = 'Jwt is missing';
export const UNKNOWN_ISSUER: Status = 'Jwt issuer is not configured';
export const AUDIENCE: Status = 'Audiences in Jwt are not allowed';

const CLOCK_SKEW = 60;

/** Checks the tokens that a request carries for a provider: every one of them has to be good. envoy: AuthenticatorImpl. */
export function checkProvider(stream: Stream, provider: JwtProvider, audiences = provider.audiences ?? []): Status {
  const found = tokensOf(stream, provider);
  if (!found.length) return MISSING;
  for (const { token, place } of found) {
    if (typeof token === 'string') return token;
    const fault = faultOf(stream, provider, token, audiences);
    if (fault) return fault;
    passOn(stream, provider, token);
    if (!provider.forward) place?.remove(stream.request);
  }
  return OK;
}

interface Candidate {
  readonly token: Token | string;
  readonly place?: Found;
}

function tokensOf({ request, run: { options } }: Stream, { issuer, ...provider }: JwtProvider): Candidate[] {
  // Claims that name no issuer are taken to be those of whoever is asked for.
  const claims = (options.claims ?? []).map((each) => ({ ...(issuer && { iss: issuer }), ...each }));
  const assumed = claims.map(assumedToken).filter((token) => !issuer || token.issuer === issuer);
  return [
    ...findTokens(provider, request).map((place) => ({ token: parseToken(place.text), place })),
    ...assumed.map((token) => ({ token })),
  ];
}

function faultOf(
  { run }: Stream,
  provider: JwtProvider,
  token: Token,
  audiences: readonly string[],
): Status | undefined {
  if (provider.issuer && token.issuer !== provider.issuer) return UNKNOWN_ISSUER;
  const { now, verify } = run.options;
  const skew = provider.clockSkewSeconds || CLOCK_SKEW;
  if (now !== undefined && token.notBefore > now + skew) return 'Jwt not yet valid';
  if (now !== undefined && token.expires && now > token.expires + skew) return 'Jwt is expired';
  const allowed = audiences.map(plain);
  if (allowed.length && !token.audiences.some((each) => allowed.includes(plain(each)))) return AUDIENCE;
  return signatureFault(token, provider, verify);
}

/** envoy: CheckAudience: without scheme and slash at the end. */
const plain = (audience: string): string => audience.replace(/^https?:\/\//, '').replace(/\/$/, '');

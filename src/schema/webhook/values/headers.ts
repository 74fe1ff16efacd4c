/** Names and values of HTTP headers. */
import { whyUnreadable } from './header-value';
import type { BadName } from '../../names';

const TOKEN = /^[-!#$%&'*+.^_`|~A-Za-z0-9]+$/;
const PSEUDO = new Set([':method', ':scheme', ':authority', ':path', ':status']);
const CLAIM = '@request.auth.claims';

/** Whether the name of a header to match stands for a claim of a JWT: `@request.auth.claims.group`. istio: jwt.ToRoutingClaim */
export function isClaim(name: string): boolean {
  if (!name.toLowerCase().startsWith(CLAIM)) return false;
  const rest = name.slice(CLAIM.length);
  return (rest.startsWith('.') && rest.length > 1) || (rest.startsWith('[') && rest.endsWith(']') && rest.length > 2);
}

const EMPTY: BadName = { because: 'is empty; expected a header name' };
const CHARACTERS = "letters, digits and !#$%&'*+-.^_`|~ are allowed";

/** The name of a header that requests are matched by. istio: validation.ValidateHTTPHeaderNameOrJwtClaimRoute */
export function matchedHeader(name: string): BadName | undefined {
  if (name === '') return EMPTY;
  if (isClaim(name) || PSEUDO.has(name) || TOKEN.test(name)) return undefined;
  if (name.startsWith(CLAIM)) return { because: `names no claim; "${CLAIM}.group" and "${CLAIM}[group]" do` };
  if (name.startsWith(':')) return { because: 'is not a pseudo-header of HTTP' };
  return { because: `is not a valid header name: ${CHARACTERS}` };
}

/** The name of a header in a CORS policy. istio: validation.ValidateCORSHTTPHeaderName */
export function corsHeader(name: string): BadName | undefined {
  if (name === '') return EMPTY;
  return name === '*' || TOKEN.test(name) ? undefined : { because: `is not a valid header name: ${CHARACTERS}` };
}

/** The name of a header of letters, digits and dashes, and underscores where those are allowed. */
export const strictHeader =
  (allowed: RegExp, characters: string) =>
  (name: string): BadName | undefined => {
    if (name === '') return EMPTY;
    return allowed.test(name) ? undefined : { because: `is not a valid header name: ${characters} are allowed` };
  };

/** Whether a header is the request's authority. istio: validation.isAuthorityHeader */
export const isAuthority = (name: string): boolean => /^(:authority|host)$/i.test(name);

/** The name of a header to add or set in requests. istio: validation.ValidateHTTPHeaderWithAuthorityOperationName */
export function requestHeader(name: string): BadName | undefined {
  if (name === '') return EMPTY;
  return name.startsWith(':') && !isAuthority(name) ? { because: PSEUDO_HEADER } : undefined;
}

const PSEUDO_HEADER = 'is a pseudo-header, which cannot be changed';

/** The name of a header to remove, or to change in responses. istio: validation.ValidateHTTPHeaderOperationName */
export function otherHeader(name: string): BadName | undefined {
  if (name === '') return EMPTY;
  if (name.toLowerCase() === 'host')
    return { because: 'cannot be changed here: it is the authority of the request; use "authority" of "rewrite"' };
  return name.startsWith(':') ? { because: PSEUDO_HEADER } : undefined;
}

const CONTROL = /[\u0000-\u0008\u000a-\u001f\u007f]/;

/** What a header is set to: text with Envoy's `%VARIABLES%` in it. istio: validation.ValidateHTTPHeaderValue */
export function headerValue(text: string): BadName | undefined {
  if (CONTROL.test(text)) return { because: 'has control characters, which are not allowed in headers' };
  const why = whyUnreadable(text);
  return why === undefined ? undefined : { because: `is not a valid header value: ${why}` };
}

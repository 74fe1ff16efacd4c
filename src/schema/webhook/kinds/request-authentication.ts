import type { KindMap } from '../../kinds';
import type { ClaimToHeader, JWTHeader, JWTRule, RequestAuthenticationSpec } from '../../kinds/security';
import { each, fields, missing, misspelt, spelt, unlessEmpty } from '../checks';
import type { Check, Part } from '../part';
import { strictHeader } from '../values/headers';
import { readJwks } from '../values/jwks';
import { duration } from '../values/numbers';
import { attachment } from '../values/selectors';
import { jwksUri } from '../values/urls';

/** istio: validation.ValidateRequestAuthentication */
export const requestAuthentication: Check<KindMap['RequestAuthentication']> = (part) =>
  spec(part.at('spec').as(part.value.spec ?? {}));

const jwks: Check<string> = (part) => {
  const { fault, secret } = readJwks(part.value);
  if (fault) part.refuse(`the JWKS cannot be read: ${fault}`, { reason: 'format' });
  for (const index of secret)
    part.doubt(`keys[${index}] of the JWKS holds a secret; only public keys are needed here, so remove it`);
};

const header = fields<JWTHeader>({}, (part) => {
  if (!part.value.name) missing(part, 'name');
});

const text: Check<string> = (part) => {
  if (part.value === '') part.refuse('an empty name is not allowed', { reason: 'limit' });
};

const headerName = strictHeader(/^[-_A-Za-z0-9]+$/, 'letters, digits, "-" and "_"');

const claimToHeader: Check<ClaimToHeader> = (part) => {
  const { claim, header: name } = part.value;
  for (const field of ['claim', 'header'] as const) if (!part.value[field]) missing(part, field);
  const bad = claim && name ? headerName(name) : undefined;
  if (bad) misspelt(part.at('header'), name!, bad);
};

const someIssuer = (part: Part<JWTRule>): void => {
  const { issuer, jwksUri: uri, jwks_uri } = part.value;
  if (!issuer && !uri && !jwks_uri) missing(part, 'issuer', '; set "issuer" or "jwksUri"');
};

const uri = unlessEmpty(spelt(jwksUri));

/** istio: validation.validateJwtRule */
const jwtRule = fields<JWTRule>(
  {
    audiences: each(text),
    jwksUri: uri,
    jwks_uri: uri,
    jwks: unlessEmpty(jwks),
    fromHeaders: each(header),
    fromParams: each(text),
    fromCookies: each(text),
    outputClaimToHeaders: each(claimToHeader),
    timeout: duration,
  },
  someIssuer,
);

const spec = fields<RequestAuthenticationSpec>({ jwtRules: each(jwtRule) }, attachment);

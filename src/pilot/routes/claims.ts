/** Routes chosen by the claims of a JWT, which stand among the headers as `@request.auth.claims.NAME` or `@request.auth.claims[NAME]`. */
import type { MetadataMatcher, ValueMatcher } from '../../envoy/config';
import type { StringMatch } from '../../schema/kinds/networking';
import { stringMatcher } from './string-match';

const CLAIMS = '@request.auth.claims';

/** The match of a claim, where the header stands for one. istio: route.translateMetadataMatch */
export function claimMatcher(header: string, value: StringMatch): MetadataMatcher | undefined {
  const claims = claimPath(header);
  if (!claims) return undefined;
  const oneOf: ValueMatcher = { stringMatch: stringMatcher(value) ?? {} };
  return {
    filter: 'envoy.filters.http.jwt_authn',
    path: ['payload', ...claims].map((key) => ({ key })),
    value: { orMatch: { valueMatchers: [{ listMatch: { oneOf } }, oneOf] } },
  };
}

/** istio: jwt.ToRoutingClaim */
function claimPath(header: string): string[] | undefined {
  if (!header.toLowerCase().startsWith(CLAIMS)) return undefined;
  const name = header.slice(CLAIMS.length);
  if (name.startsWith('.') && name.length > 1) return name.slice(1).split('.');
  if (name.startsWith('[') && name.endsWith(']') && name.length > 2) return name.slice(1, -1).split('][');
  return undefined;
}

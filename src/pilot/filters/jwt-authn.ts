/** Checks tokens as RequestAuthentications ask: envoy.filters.http.jwt_authn. */
import type { HttpFilter, JwtAuthentication, JwtProvider, JwtRequirement } from '../../envoy/config';
import { requestAuthentications } from '../../mesh/policies/authentication';
import { alphabetically } from '../../mesh/services/hostname';
import type { JWTRule } from '../../schema/kinds/security';
import type { Field } from '../../source/field';
import { type Push, perPush } from '../context';
import { workloadOf } from '../listener-class';
import { message } from '../message';
import { from } from '../origins';

export const JWT_AUTHN = 'envoy.filters.http.jwt_authn';

/** The filter that checks tokens, where any policy asks for it. istio: policyApplier.JwtFilter */
export const jwtAuthn = perPush((push): readonly HttpFilter[] => {
  const policies = requestAuthentications(push.mesh, workloadOf(push));
  const rules = policies.flatMap((policy) => policy.each('spec.jwtRules[]'));
  if (rules.length === 0) return [];
  rules.sort((one, other) => alphabetically(one.value.issuer ?? '', other.value.issuer ?? ''));
  const typedConfig = message('envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication', configOf(push, rules));
  return [from(push.origins, rules[0], { name: JWT_AUTHN, typedConfig })];
});

/** istio: convertToEnvoyJwtConfig */
function configOf(push: Push, rules: readonly Field<JWTRule>[]): JwtAuthentication {
  const named = rules.map((rule, index) => ({ name: `origins-${index}`, rule }));
  const providers = named.map(
    ({ name, rule }) => [name, from(push.origins, rule, providerOf(push, rule.value))] as const,
  );
  return {
    providers: Object.fromEntries(providers),
    rules: [{ match: { prefix: '/' }, requires: requirement(named.map(({ name }) => name)) }],
    bypassCorsPreflight: true,
  };
}

/**
 * A token that is there must be valid, but none need be there. Of several providers one that accepts its token is enough, since
 * all may look for theirs in the same place.
 */
function requirement(names: readonly string[]): JwtRequirement {
  const optional = names.map((name) => anyOf([{ providerName: name }, { allowMissing: {} }]));
  const [only, ...others] = optional;
  if (only && others.length === 0) return only;
  return anyOf([...names.map((name) => ({ providerName: name })), { requiresAll: { requirements: optional } }]);
}

const anyOf = (requirements: JwtRequirement[]): JwtRequirement => ({ requiresAny: { requirements } });

function providerOf({ proxy }: Push, rule: JWTRule): JwtProvider {
  const { issuer, audiences, fromHeaders, fromParams, fromCookies, outputPayloadToHeader, outputClaimToHeaders } = rule;
  return {
    ...(issuer && { issuer }),
    ...(audiences?.length && { audiences }),
    localJwks: { inlineString: rule.jwks || UNFETCHED },
    ...(rule.forwardOriginalToken && { forward: true }),
    ...(fromHeaders?.length && { fromHeaders: fromHeaders.map(headerOf) }),
    ...(fromParams?.length && { fromParams }),
    ...(fromCookies?.length && { fromCookies }),
    ...(outputPayloadToHeader && { forwardPayloadHeader: outputPayloadToHeader }),
    payloadInMetadata: 'payload',
    normalizePayloadInMetadata: { spaceDelimitedClaims: spaceDelimited(rule) },
    ...(outputClaimToHeaders?.length && {
      claimToHeaders: outputClaimToHeaders.map(({ header = '', claim = '' }) => ({
        headerName: header,
        claimName: claim,
      })),
    }),
    ...(proxy.kind !== 'sidecar' && { clearRouteCache: true }),
  };
}

const headerOf = ({ name, prefix }: NonNullable<JWTRule['fromHeaders']>[number]) => ({
  ...(name && { name }),
  ...(prefix && { valuePrefix: prefix }),
});

const spaceDelimited = ({ spaceDelimitedClaims = [] }: JWTRule): string[] =>
  [...new Set([...spaceDelimitedClaims, 'permission', 'scope'])].sort(alphabetically);

/**
 * Keys at a URL are not fetched. In their place stand those that the control plane sends as long as it cannot fetch them either:
 * one whose private half nobody has, so that every token is refused. istio: model.PublicOnlyJwks
 */
const UNFETCHED = `{
  "keys": [
    {
      "kty": "RSA",
      "e": "AQAB",
      "n": "0xObjM0UvS_oaazjpEYlAbwctEJ4L8pH3OuTb7qth7gUwqet-EzQB4dgFdvSdMgrLnSncQGRjpEYz3F3viIbH-3EN3TxSlPNviHxeOdyiBVfumN8dMxbLvVJUpfNOnvmMxJcl-8NNjAwcOjk4otSALaYgYYyOPyvKtgVdrQr-FoubWX4yrjxW-MJ2-7OBeepUUNOsVwGV23YX03sVkkyvY3otRflkBcY3_HKpBxJl9wk2GyOShN4_PNUF9-vwfnvOXMbCDX-w4PTef4geeb_GiT40YCKHTKMSPVanGRn5GExIWmki-mmqh94-mPTJyBR74ShspL3BxPZitDL574T1w"
    }
  ]
}`;

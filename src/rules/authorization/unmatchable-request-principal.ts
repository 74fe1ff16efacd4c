import { requestAuthentications } from '../../mesh/policies/authentication';
import type { AuthorizationPolicy } from '../../mesh/policies/authorization';
import { configs } from '../../mesh/settings/configs';
import type { Mesh } from '../../mesh/mesh';
import { attachables, attachment } from '../../mesh/policies/policy-enforcers';
import { fitsText, isPattern } from '../../mesh/policies/text-match';
import type { JWTRule } from '../../schema/kinds/security';
import { didYouMean } from '../../schema/spelling';
import type { Field } from '../../source/field';
import { rule } from '../rule';

export default rule({
  name: 'unmatchable-request-principal',
  category: 'security',
  severity: 'warning',
  summary: 'An AuthorizationPolicy requires a token that no RequestAuthentication of the workload accepts.',
  url: 'https://istio.io/latest/docs/reference/config/security/request_authentication/',
  docs: `
    A request principal has the form ISSUER/SUBJECT, and Istio splits it at its last "/". A value
    without the subject ("https://id.example.com" instead of "https://id.example.com/*") is read as
    the issuer "https:/", which no token has. Issuers that no jwtRule of the workload names, and
    audiences that none of its jwtRules accepts, never match either: an ALLOW rule allows nothing
    (403, RBAC: access denied), a DENY rule denies nothing.

    Fix: write the value as ISSUER/SUBJECT or ISSUER/*, with an issuer of a jwtRule.
  `,
  check({ mesh, report }) {
    for (const policy of configs(mesh, 'AuthorizationPolicy')) {
      const rules = jwtRulesOf(mesh, policy);
      if (rules.length === 0) continue;
      const issuers = [...new Set(rules.map(({ issuer = '' }) => issuer))];
      for (const field of principalsIn(policy)) {
        const fault = principalFault(field.value, issuers);
        if (fault) report(field, fault);
      }
      for (const field of valuesOf(policy, 'request.auth.claims[iss]')) {
        if (!issuers.some((issuer) => fitsText(field.value, issuer)))
          report(field, unknownIssuer(field.value, issuers));
      }
      for (const field of valuesOf(policy, 'request.auth.audiences')) {
        const fault = audienceFault(field.value, rules);
        if (fault) report(field, fault);
      }
    }
  },
});

/** The rules by which tokens are verified at everything the policy applies to. */
function jwtRulesOf(mesh: Mesh, policy: AuthorizationPolicy): readonly JWTRule[] {
  if (attachment(policy).targetRefs.length > 0) return [];
  return attachables(mesh, policy).flatMap((workload) =>
    requestAuthentications(mesh, workload).flatMap(({ value }) => value.spec?.jwtRules ?? []),
  );
}

function* principalsIn(policy: AuthorizationPolicy): Generator<Field<string>> {
  yield* policy.each('spec.rules[].from[].source.requestPrincipals[]');
  yield* policy.each('spec.rules[].from[].source.notRequestPrincipals[]');
  yield* valuesOf(policy, 'request.auth.principal');
}

const valuesOf = (policy: AuthorizationPolicy, key: string): Field<string>[] =>
  policy
    .each('spec.rules[].when[]')
    .flatMap((condition) => (condition.value.key === key ? condition.each('values[]') : []));

/** istio: requestPrincipalGenerator */
function principalFault(value: string, issuers: readonly string[]): string | undefined {
  const slash = value.lastIndexOf('/');
  const [issuer, subject] = slash < 0 ? [value, undefined] : [value.slice(0, slash), value.slice(slash + 1)];
  if (value === '*' || (subject === undefined && isPattern(value))) return undefined;
  const known = issuers.some((each) => fitsText(issuer, each));
  if (known && subject !== undefined) return undefined;
  const whole = issuers.find((each) => fitsText(value, each) || each === `${value}/`);
  if (whole !== undefined)
    return `request principal "${value}" has no subject, so it never matches; write "${value}/*"`;
  return unknownIssuer(issuer, issuers);
}

const unknownIssuer = (issuer: string, issuers: readonly string[]): string =>
  `no jwtRule for this workload has the issuer "${issuer}", so this never matches${didYouMean(issuer, issuers) || `; issuers: ${issuers.map((each) => `"${each}"`).join(', ')}`}`;

/** A rule without audiences accepts tokens for any. */
function audienceFault(value: string, rules: readonly JWTRule[]): string | undefined {
  const accepted = rules.map(({ audiences = [] }) => audiences);
  if (accepted.some((audiences) => audiences.length === 0 || audiences.some((each) => fitsText(value, each))))
    return undefined;
  return `no jwtRule for this workload accepts the audience "${value}", so this never matches${didYouMean(value, accepted.flat())}`;
}

/** The origins of authentication policies: which tokens of end users are verified, and where one is required. */
import type { KindMap } from '../../schema/kinds';
import type { AuthenticationStringMatch, Jwt, JwtTriggerRule } from '../../schema/kinds/legacy';
import type { JWTRule, Operation } from '../../schema/kinds/security';
import type { Mesh } from '../../mesh/mesh';
import { serviceHost } from '../../mesh/services/hostname';
import { servicesCalled } from '../../mesh/services/services';
import { configs } from '../../mesh/settings/configs';
import { rootNamespace } from '../../mesh/settings/mesh-config';
import type { Labels } from '../../mesh/workloads/labels';
import type { Field } from '../../source/field';
import type { Resource } from '../../source/resource';
import { successor } from './successor';
import type { Untranslated } from './untranslated';

type AnyPolicy = Resource<KindMap['Policy' | 'MeshPolicy']>;
type Translated = Resource<KindMap['RequestAuthentication']> | Resource<KindMap['AuthorizationPolicy']>;

/**
 * A RequestAuthentication for each policy with origins and, unless they are optional, a policy that denies requests without a token.
 * Differs: of several policies for one workload Istio 1.4 uses one alone, and later releases use all.
 */
export function requestAuthentications(mesh: Mesh, untranslated: Untranslated[]): Translated[] {
  const policies: AnyPolicy[] = [...configs(mesh, 'MeshPolicy'), ...configs(mesh, 'Policy')];
  return policies.flatMap((policy) => {
    nameUntranslated(policy, untranslated);
    const tokens = policy.each('spec.origins[].jwt');
    if (tokens.length === 0) return [];
    return selectorsOf(mesh, policy).flatMap(({ suffix, selector }) => {
      const chosen = selector && { selector: { matchLabels: selector } };
      const metadata = { name: `${policy.name}${suffix}`, namespace: policy.namespace || rootNamespace(mesh) };
      const apiVersion = 'security.istio.io/v1';
      const verified = successor(
        policy,
        {
          apiVersion,
          kind: 'RequestAuthentication',
          metadata,
          spec: { ...chosen, jwtRules: tokens.map(({ value }) => jwtRule(value)) },
        },
        tokens.map((field, index) => [['spec', 'jwtRules', index], field]),
      );
      if (policy.value.spec?.originIsOptional) return [verified];
      const to = operationsOf(tokens, untranslated);
      const required = successor(
        policy,
        {
          apiVersion,
          kind: 'AuthorizationPolicy',
          metadata: { ...metadata, name: `${metadata.name}-require-token` },
          spec: {
            ...chosen,
            action: 'DENY' as const,
            rules: [{ from: [{ source: { notRequestPrincipals: ['*'] } }], ...(to && { to }) }],
          },
        },
        [[['spec'], policy.at(['spec', 'origins'])]],
      );
      return to?.length === 0 ? [verified] : [verified, required];
    });
  });
}

function nameUntranslated(policy: AnyPolicy, untranslated: Untranslated[]): void {
  if (policy.value.spec?.peerIsOptional)
    untranslated.push({ field: policy.at(['spec', 'peerIsOptional']), reason: 'optional peer' });
  for (const field of policy.each('spec.peers[].jwt')) untranslated.push({ field, reason: 'JWT of a peer' });
}

/** Whom a policy is for: the workloads of each service that it names, or all of its namespace. */
function selectorsOf(
  mesh: Mesh,
  policy: AnyPolicy,
): { suffix: string; selector: Record<string, string> | undefined }[] {
  const targets = policy.value.spec?.targets ?? [];
  if (targets.length === 0) return [{ suffix: '', selector: undefined }];
  return targets.flatMap(({ name = '' }) => {
    const [service] = servicesCalled(mesh, serviceHost(name, policy.namespace, mesh.domain));
    const selector: Labels | undefined = service?.selector;
    return selector ? [{ suffix: targets.length > 1 ? `-${name}` : '', selector: { ...selector } }] : [];
  });
}

const jwtRule = ({ issuer, audiences, jwks, jwksUri, jwtHeaders = [], jwtParams = [] }: Jwt): JWTRule => ({
  ...(issuer !== undefined && { issuer }),
  ...(audiences && { audiences }),
  ...(jwks !== undefined && { jwks }),
  ...(jwksUri !== undefined && { jwksUri }),
  ...(jwtHeaders.length > 0 && { fromHeaders: jwtHeaders.map((name) => ({ name })) }),
  ...(jwtParams.length > 0 && { fromParams: jwtParams }),
  forwardOriginalToken: true,
});

/** The paths on which a token is required; undefined where it is on all, none where their rules have no counterpart. */
function operationsOf(
  tokens: readonly Field<Jwt>[],
  untranslated: Untranslated[],
): { operation: Operation }[] | undefined {
  if (tokens.some(({ value }) => !value.triggerRules?.length)) return undefined;
  return tokens.flatMap((token) =>
    token
      .get('triggerRules')
      .items()
      .flatMap((rule: Field<JwtTriggerRule>) => {
        const { includedPaths = [], excludedPaths = [] } = rule.value;
        if ([...includedPaths, ...excludedPaths].some(({ regex }) => regex !== undefined)) {
          untranslated.push({ field: rule, reason: 'trigger rule with regex' });
          return [];
        }
        const operation: Operation = {
          ...(includedPaths.length > 0 && { paths: includedPaths.map(pathOf) }),
          ...(excludedPaths.length > 0 && { notPaths: excludedPaths.map(pathOf) }),
        };
        return [{ operation }];
      }),
  );
}

const pathOf = ({ exact, prefix, suffix }: AuthenticationStringMatch): string =>
  exact ?? (prefix !== undefined ? `${prefix}*` : `*${suffix ?? ''}`);

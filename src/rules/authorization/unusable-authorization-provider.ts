import { type AuthorizationPolicy, actionOf, authorizationPolicies } from '../../mesh/policies/authorization';
import { workloadsUnder } from '../../mesh/policies/policy-enforcers';
import { configs } from '../../mesh/settings/configs';
import { meshConfig, meshConfigSource } from '../../mesh/settings/mesh-config';
import { type ExtAuthzFault, extAuthzFault } from '../../pilot/filters/ext-authz';
import { didYouMean } from '../../schema/spelling';
import type { Field } from '../../source/field';
import { type Context, rule } from '../rule';
import { missingServer, serverFault } from '../telemetry/provider-servers';

export default rule({
  name: 'unusable-authorization-provider',
  category: 'reference',
  severity: 'error',
  isAboutCompany: true,
  summary: 'An AuthorizationPolicy with action CUSTOM has a provider that proxies cannot ask.',
  url: 'https://istio.io/latest/docs/tasks/security/authorization/authz-custom/',
  docs: `
    The action CUSTOM lets an external server decide, which \`extensionProviders\` of MeshConfig
    defines as envoyExtAuthzHttp or envoyExtAuthzGrpc. When the provider is not defined, is of
    another kind, has settings that are not valid or a server that does not exist, the rules of the
    policy become DENY rules: every request that they match gets 403 (RBAC: access denied).

    Fix: correct the name of the provider, or define it in MeshConfig.

    A workload can use one provider. When CUSTOM policies of a workload name several, the rules of
    all of them deny, unless istiod runs with PILOT_ENABLE_MULTIPLE_CUSTOM_AUTHZ_PROVIDERS; this is
    reported as info. The name may only consist of lower-case letters, digits and hyphens.
  `,
  check(context) {
    for (const policy of configs(context.mesh, 'AuthorizationPolicy')) {
      if (actionOf(policy) !== 'CUSTOM') continue;
      const field = policy.each('spec.provider')[0]?.get('name') ?? policy.at(['spec', 'action']);
      if (!reportProvider(context, policy, field)) reportRival(context, policy, field);
    }
  },
});

/** The setting of istiod, off by default, without which a workload can use one provider only. */
const SEVERAL = 'PILOT_ENABLE_MULTIPLE_CUSTOM_AUTHZ_PROVIDERS';

const CONSEQUENCE = 'so requests that this policy matches get 403';

const nameOf = ({ value }: AuthorizationPolicy): string => value.spec?.provider?.name ?? '';

/** Reports why the provider cannot be asked, and says whether there is such a reason. */
function reportProvider({ mesh, report, missing }: Context, policy: AuthorizationPolicy, field: Field): boolean {
  const name = nameOf(policy);
  const config = meshConfig(mesh);
  const provider = config.extensionProviders.find((each) => each.name === name);
  const fault = extAuthzFault({ mesh, meshConfig: config }, name);
  const server = provider?.envoyExtAuthzHttp ?? provider?.envoyExtAuthzGrpc;
  const unserved = fault === undefined || fault === 'service' ? server && serverFault(mesh, server) : undefined;
  if (unserved) {
    const message = `provider "${name}" cannot be asked: ${unserved}, ${CONSEQUENCE}`;
    missing(field, missingServer(mesh, server?.service ?? ''), message, { about: name });
    return true;
  }
  if (fault === undefined || fault === 'service') return false;
  const names = config.extensionProviders.flatMap((each) => each.name ?? []);
  const message = `${describe(fault, name, names)}, ${CONSEQUENCE}`;
  const source = meshConfigSource(mesh);
  const related = source?.field ? [{ place: source.field, message: 'the MeshConfig' }] : [];
  if (fault !== 'undefined' || source) report(field, message, { related });
  else missing(field, { kind: 'MeshConfig', namespace: '' }, message);
  return true;
}

function describe(fault: Exclude<ExtAuthzFault, 'service'>, name: string, names: readonly string[]): string {
  switch (fault) {
    case 'undefined':
      return `MeshConfig has no provider "${name}"${didYouMean(name, names)}`;
    case 'other-kind':
      return `provider "${name}" is not an envoyExtAuthzHttp or envoyExtAuthzGrpc provider`;
    case 'name':
      return `the provider name "${name}" is not valid: it must have only lower-case letters, digits and "-", and at most 63 characters`;
    case 'port':
      return `provider "${name}" has a port that is not between 1 and 65535`;
    case 'status':
      return `provider "${name}" has a statusOnError that is not an HTTP status code`;
    case 'settings':
      return `provider "${name}" has a pathPrefix that does not start with "/", or a header list with "*"`;
  }
}

/** Of several providers for one workload none is asked. */
function reportRival({ mesh, report }: Context, policy: AuthorizationPolicy, field: Field): void {
  for (const workload of workloadsUnder(mesh, policy)) {
    const rival = authorizationPolicies(mesh, workload).custom.find((each) => nameOf(each) !== nameOf(policy));
    if (!rival) continue;
    report(
      field,
      `${rival.title} has provider "${nameOf(rival)}" for ${workload.resource.title} too; unless istiod runs with ${SEVERAL}, it asks none of several providers, ${CONSEQUENCE}`,
      { severity: 'info', related: [{ place: rival.at(['spec', 'provider', 'name']), message: 'the other provider' }] },
    );
    return;
  }
}

import {
  type BackendTlsPolicy,
  type PolicyTarget,
  isIgnored,
  priorPolicy,
} from '../../mesh/gateway-api/backend-policies';
import { hasAuthority } from '../../mesh/gateway-api/certificates';
import { CONFIG_MAP, type FullKind, SERVICE, SERVICE_ENTRY, kindOf } from '../../mesh/gateway-api/references';
import { serviceCalled, serviceEntryCalled } from '../../mesh/gateway-api/parents';
import type { Mesh } from '../../mesh/mesh';
import { configs, configsIn } from '../../mesh/settings/configs';
import { didYouMean, oneOf } from '../../schema/spelling';
import type { LocalObjectReference } from '../../schema/kinds/gateway-api';
import type { Field } from '../../source/field';
import { type Context, rule } from '../rule';

export default rule({
  name: 'unusable-backend-tls-policy',
  category: 'traffic',
  severity: 'error',
  summary: 'A BackendTLSPolicy has certificate authorities or a target that Istio cannot use.',
  url: 'https://gateway-api.sigs.k8s.io/reference/spec/',
  docs: `
    The certificate of the backend is verified with the authorities in \`ca.crt\` of a ConfigMap. When
    the ConfigMap is missing, has no certificate in \`ca.crt\`, or the reference has another kind,
    every request to the backend fails with 503 (response flag UF): in the cluster the condition
    ResolvedRefs is False. A policy for a port that the Service does not have applies to nothing. Of
    several policies for one target, only the oldest is used (Conflicted).

    Fix: correct the reference, or use \`wellKnownCACertificates: System\`.
  `,
  sameAs: ['InvalidKind', 'InvalidCACertificateRef', 'NoValidCACertificate', 'TargetNotFound', 'Conflicted'],
  check(context) {
    checkAuthorities(context);
    checkTargets(context);
  },
});

function checkAuthorities(context: Context): void {
  for (const policy of configs(context.mesh, 'BackendTLSPolicy'))
    for (const field of policy.each('spec.validation.caCertificateRefs[]')) checkAuthority(context, policy, field);
}

function checkAuthority(
  { mesh, report, missing }: Context,
  { namespace }: BackendTlsPolicy,
  field: Field<LocalObjectReference>,
): void {
  const { kind = '', name = '' } = field.value;
  if (kindOf(field.value, '/') !== CONFIG_MAP)
    return report(field.get('kind'), `certificate authorities must be in a ConfigMap, not in a ${kind}`, {
      sameAs: ['InvalidKind', 'NoValidCACertificate'],
    });
  const details = { sameAs: ['InvalidCACertificateRef', 'NoValidCACertificate'] };
  const names = configsIn(mesh, 'ConfigMap', namespace).map((each) => each.name);
  if (!names.includes(name)) {
    const message = `ConfigMap "${name}" does not exist in namespace "${namespace}", so requests to the backend fail with 503${didYouMean(name, names)}`;
    return missing(field.get('name'), { kind: 'ConfigMap', namespace }, message, details);
  }
  if (!hasAuthority(mesh, 'ConfigMap', namespace, name))
    report(
      field.get('name'),
      `ConfigMap "${name}" of namespace "${namespace}" has no certificate in "ca.crt", so requests to the backend fail with 503`,
      details,
    );
}

function checkTargets(context: Context): void {
  for (const policy of configs(context.mesh, 'BackendTLSPolicy')) {
    if (isIgnored(policy)) continue;
    for (const field of policy.each('spec.targetRefs[]')) checkTarget(context, policy, field);
  }
}

function checkTarget({ mesh, report, missing }: Context, policy: BackendTlsPolicy, field: Field<PolicyTarget>): void {
  const { name = '', sectionName } = field.value;
  const { namespace } = policy;
  const kind = kindOf(field.value, '/');
  const details = { sameAs: ['TargetNotFound'] };
  if (kind !== SERVICE && kind !== SERVICE_ENTRY)
    return report(field.get('kind'), `a BackendTLSPolicy cannot target the kind "${kind}"`, details);
  const found = portNamesOf(mesh, kind, namespace, name);
  const kindName = kind.slice(kind.indexOf('/') + 1);
  if (!found) {
    const message = `${kindName} "${namespace}/${name}" does not exist, so this policy is not attached`;
    return missing(field.get('name'), { kind: kindName, namespace }, message, details);
  }
  if (sectionName && !found.includes(sectionName))
    return report(
      field.get('sectionName'),
      `${kindName} "${name}" has no port named "${sectionName}"; its ports: ${oneOf(found, 'and')}`,
      details,
    );
  const rival = priorPolicy(mesh, policy, field.value);
  if (rival)
    report(field.get('name'), `${rival.title} already applies to ${kindName} "${name}", so this policy is ignored`, {
      related: [{ place: rival.at(['metadata', 'name']), message: 'applies instead' }],
      sameAs: ['Conflicted'],
      severity: 'warning',
    });
}

/** The names of the ports of what a policy targets; undefined if it is not in the input. */
function portNamesOf(mesh: Mesh, kind: FullKind, namespace: string, name: string): string[] | undefined {
  const target = kind === SERVICE ? serviceCalled(mesh, namespace, name) : serviceEntryCalled(mesh, namespace, name);
  if (!target) return undefined;
  const ports: readonly { name?: string }[] = target.value.spec?.ports ?? [];
  return ports.map((port) => port.name ?? '');
}

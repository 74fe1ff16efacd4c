import { hasAuthority } from '../../mesh/gateway-api/certificates';
import { CONFIG_MAP, kindOf } from '../../mesh/gateway-api/references';
import { serviceCalled } from '../../mesh/gateway-api/parents';
import { configs } from '../../mesh/settings/configs';
import { oneOf } from '../../schema/spelling';
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
    ResolvedRefs is False. A policy for a port that the Service does not have applies to nothing.

    Fix: correct the reference, or use \`wellKnownCACertificates: System\`.
  `,
  sameAs: ['InvalidKind', 'InvalidCACertificateRef', 'TargetNotFound'],
  check(context) {
    checkAuthorities(context);
    checkTargets(context);
  },
});

function checkAuthorities({ mesh, report }: Context): void {
  for (const policy of configs(mesh, 'BackendTLSPolicy'))
    for (const field of policy.each('spec.validation.caCertificateRefs[]')) {
      const { kind = '', name = '' } = field.value;
      if (kindOf(field.value, '/') !== CONFIG_MAP)
        report(field.get('kind'), `certificate authorities must be in a ConfigMap, not in a ${kind}`, {
          sameAs: ['InvalidKind'],
        });
      else if (!hasAuthority(mesh, 'ConfigMap', policy.namespace, name))
        report(
          field.get('name'),
          `ConfigMap "${name}" of namespace "${policy.namespace}" has no certificate in "ca.crt", so requests to the backend fail with 503`,
          { sameAs: ['InvalidCACertificateRef'] },
        );
    }
}

function checkTargets({ mesh, report, missing }: Context): void {
  for (const policy of configs(mesh, 'BackendTLSPolicy'))
    for (const field of policy.each('spec.targetRefs[]')) {
      const { kind, name = '', sectionName, group = '' } = field.value;
      if (kind !== 'Service' || group !== '') continue;
      const service = serviceCalled(mesh, policy.namespace, name);
      if (!service) {
        const message = `Service "${policy.namespace}/${name}" does not exist, so this policy is not attached`;
        missing(field.get('name'), { kind: 'Service', namespace: policy.namespace }, message, {
          sameAs: ['TargetNotFound'],
        });
        continue;
      }
      const ports = (service.value.spec?.ports ?? []).map((port) => port.name ?? '');
      if (sectionName && !ports.includes(sectionName))
        report(
          field.get('sectionName'),
          `Service "${name}" has no port named "${sectionName}"; its ports: ${oneOf(ports, 'and')}`,
          { sameAs: ['TargetNotFound'] },
        );
    }
}

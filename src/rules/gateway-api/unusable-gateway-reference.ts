import { hasCertificate } from '../../mesh/gateway-api/certificates';
import { CONFIG_MAP, GATEWAY, SECRET, isGranted, kindOf } from '../../mesh/gateway-api/references';
import { isIstioClass, isWaypointGateway } from '../../mesh/gateways/gateway-deployments';
import { configs, configsIn } from '../../mesh/settings/configs';
import type { KindMap } from '../../schema/kinds';
import type { LocalParametersReference, SecretObjectReference } from '../../schema/kinds/gateway-api';
import { didYouMean } from '../../schema/spelling';
import type { Field } from '../../source/field';
import type { Resource } from '../../source/resource';
import { type Context, rule } from '../rule';

type KubernetesGateway = Resource<KindMap['KubernetesGateway']>;

export default rule({
  name: 'unusable-gateway-reference',
  category: 'reference',
  severity: 'error',
  summary: 'A Gateway of the Gateway API references parameters or a client certificate that Istio cannot use.',
  url: 'https://gateway-api.sigs.k8s.io/reference/spec/',
  docs: `
    \`infrastructure.parametersRef\` must name a ConfigMap of the Gateway's namespace: otherwise the
    Gateway is not accepted (InvalidParameters), and Istio deploys it without the parameters.
    \`tls.backend.clientCertificateRef\` must name a Secret with a certificate and key; in another
    namespace it needs a ReferenceGrant. Otherwise ResolvedRefs is False
    (InvalidClientCertificateRef, RefNotPermitted), and backends that require a client certificate
    close the connection.

    Fix: correct the reference, or create the object or the ReferenceGrant.
  `,
  sameAs: ['InvalidParameters', 'InvalidClientCertificateRef', 'RefNotPermitted'],
  check(context) {
    const { mesh } = context;
    for (const gateway of configs(mesh, 'KubernetesGateway')) {
      if (!isIstioClass(mesh, gateway.value.spec?.gatewayClassName) && !isWaypointGateway(mesh, gateway)) continue;
      for (const field of gateway.each('spec.infrastructure.parametersRef')) checkParameters(context, gateway, field);
      for (const field of gateway.each('spec.tls.backend.clientCertificateRef'))
        checkCertificate(context, gateway, field);
    }
  },
});

/** istio: validateParametersRef */
function checkParameters(
  { mesh, report, missing }: Context,
  { namespace }: KubernetesGateway,
  field: Field<LocalParametersReference>,
): void {
  const { name = '', kind = '' } = field.value;
  const details = { sameAs: ['InvalidParameters'] };
  if (kindOf(field.value, '/') !== CONFIG_MAP)
    return report(field.get('kind'), `parameters must be in a ConfigMap, not in a ${kind}`, details);
  const names = configsIn(mesh, 'ConfigMap', namespace).map((each) => each.name);
  if (names.includes(name)) return;
  const message = `ConfigMap "${name}" does not exist in namespace "${namespace}", so the Gateway is not accepted${didYouMean(name, names)}`;
  missing(field.get('name'), { kind: 'ConfigMap', namespace }, message, details);
}

/** istio: validateBackendClientCertificateRef */
function checkCertificate(
  { mesh, report, missing }: Context,
  gateway: KubernetesGateway,
  field: Field<SecretObjectReference>,
): void {
  const { name = '', namespace = gateway.namespace, kind = '' } = field.value;
  const details = { sameAs: ['InvalidClientCertificateRef'] };
  if (kindOf(field.value, SECRET) !== SECRET)
    return report(field.get('kind'), `the client certificate must be a Secret, not a ${kind}`, details);
  const secrets = configsIn(mesh, 'Secret', namespace).map((each) => each.name);
  if (!secrets.includes(name)) {
    const message = `Secret "${name}" does not exist in namespace "${namespace}"${didYouMean(name, secrets)}`;
    return missing(field.get('name'), { kind: 'Secret', namespace }, message, details);
  }
  if (!hasCertificate(mesh, namespace, name))
    return report(field.get('name'), `Secret "${name}" has no certificate and key`, details);
  const from = { kind: GATEWAY, namespace: gateway.namespace };
  if (namespace === gateway.namespace || isGranted(mesh, from, { kind: SECRET, namespace }, name)) return;
  const message = `no ReferenceGrant in namespace "${namespace}" allows a Gateway of namespace "${gateway.namespace}" to use Secret "${name}"`;
  missing(field.get('name'), { kind: 'ReferenceGrant', namespace, name, isMisspelt: true }, message, {
    sameAs: ['RefNotPermitted'],
  });
}

import { configs } from '../../mesh/settings/configs';
import { fullHost } from '../../mesh/services/hostname';
import type { Mesh } from '../../mesh/mesh';
import { serviceFor } from '../../mesh/services/services';
import type { KindMap } from '../../schema/kinds';
import type { ClientTLSSettings } from '../../schema/kinds/networking';
import type { Field } from '../../source/field';
import type { Resource } from '../../source/resource';
import { type Context, type Severity, rule } from '../rule';

type DestinationRule = Resource<KindMap['DestinationRule']>;

export default rule({
  name: 'missing-ca-certificates',
  category: 'security',
  severity: 'warning',
  summary: 'A DestinationRule uses TLS to a server and does not verify its certificate.',
  docs: `
    Without caCertificates (or a credentialName whose secret holds them) the server's certificate
    is judged by the public certificate authorities that the proxy's image brings. That suits a
    public server. A server with a certificate of your own authority fails (503, response flag UF,
    CERTIFICATE_VERIFY_FAILED), and one of the mesh wants ISTIO_MUTUAL instead. Releases before
    1.21 believe any certificate, and so does insecureSkipVerify.

    A credentialName is read by gateways; sidecars read it only in a rule with a workloadSelector,
    and without one they drop the TLS settings and call in plain text.

    istioctl says the same of all these cases; here a public server is only worth knowing of, and
    the policies of subsets are looked at too.
  `,
  sameAs: ['IST0128', 'IST0129'],
  check(context) {
    for (const destinationRule of configs(context.mesh, 'DestinationRule')) {
      for (const tls of destinationRule.each('spec.trafficPolicy.tls')) judge(context, tls, ['IST0128']);
      for (const tls of destinationRule.each('spec.trafficPolicy.portLevelSettings[].tls'))
        judge(context, tls, ['IST0129']);
      for (const tls of destinationRule.each('spec.subsets[].trafficPolicy.tls')) judge(context, tls, []);
      for (const tls of destinationRule.each('spec.subsets[].trafficPolicy.portLevelSettings[].tls'))
        judge(context, tls, []);
    }
  },
});

function judge({ mesh, report }: Context, tls: Field<ClientTLSSettings>, sameAs: string[]): void {
  const { mode, caCertificates, credentialName } = tls.value;
  if ((mode !== 'SIMPLE' && mode !== 'MUTUAL') || caCertificates) return;
  const destinationRule = tls.resource as DestinationRule;
  if (credentialName && destinationRule.value.spec?.workloadSelector) return;
  const { message, severity } = verdict(mesh, destinationRule, tls.value);
  report(credentialName ? tls.get('credentialName') : tls.get('mode'), message, { sameAs, severity });
}

interface Verdict {
  message: string;
  severity: Severity;
}

function verdict(mesh: Mesh, { namespace, value }: DestinationRule, tls: ClientTLSSettings): Verdict {
  const host = value.spec?.host ?? '';
  const { credentialName, insecureSkipVerify } = tls;
  if (credentialName?.startsWith('configmap://'))
    return { message: `the CA certificates come from "${credentialName}"`, severity: 'info' };
  if (credentialName)
    return {
      message: `only gateways read "${credentialName}": without a workloadSelector, sidecars use plain text to "${host}"`,
      severity: 'warning',
    };
  if (insecureSkipVerify && mesh.release !== '1.4')
    return {
      message: `the certificate of "${host}" is not verified, because insecureSkipVerify is set`,
      severity: 'info',
    };
  if (mesh.release === '1.4')
    return {
      message: `any certificate of "${host}" is accepted; set caCertificates`,
      severity: 'warning',
    };
  const service = serviceFor(mesh, host, namespace);
  const isInside = service
    ? !service.meshExternal
    : fullHost(host, namespace, mesh.domain).endsWith(`.svc.${mesh.domain}`);
  if (isInside)
    return {
      message: `the certificate of "${host}" is verified with the public CAs, which do not sign hosts of the cluster; set caCertificates`,
      severity: 'warning',
    };
  return {
    message: `the certificate of "${host}" is verified with the public CAs of the proxy`,
    severity: 'info',
  };
}

import { refusesForeignTls, serverPorts } from '../../mesh/policies/server-ports';
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
  url: 'https://istio.io/latest/docs/ops/configuration/traffic-management/tls-configuration/',
  docs: `
    Without caCertificates (or a credentialName whose Secret contains them), the proxy verifies the
    server's certificate with the public CAs of its image. That suits a public server. A server with
    a certificate of a private CA fails (503, response flag UF, CERTIFICATE_VERIFY_FAILED); a server
    in the mesh needs ISTIO_MUTUAL instead. Releases before 1.21, and insecureSkipVerify, accept any
    certificate.

    Fix: set \`caCertificates\` or \`credentialName\`. Gateways read credentialName; sidecars read it
    only in a rule with a workloadSelector, and otherwise they drop the TLS settings and send plain
    text.

    istioctl reports all of these cases alike. Here a public server is a remark, which is only
    reported with \`--world closed\`, and the policies of subsets are checked too.
  `,
  sameAs: ['IST0128', 'IST0129'],
  check(context) {
    for (const destinationRule of configs(context.mesh, 'DestinationRule')) {
      for (const tls of destinationRule.each('spec.trafficPolicy.tls')) checkOne(context, tls, ['IST0128']);
      for (const tls of destinationRule.each('spec.trafficPolicy.portLevelSettings[].tls'))
        checkOne(context, tls, ['IST0129']);
      for (const tls of destinationRule.each('spec.subsets[].trafficPolicy.tls')) checkOne(context, tls, []);
      for (const tls of destinationRule.each('spec.subsets[].trafficPolicy.portLevelSettings[].tls'))
        checkOne(context, tls, []);
    }
  },
});

function checkOne({ mesh, report }: Context, tls: Field<ClientTLSSettings>, sameAs: string[]): void {
  const { mode, caCertificates, credentialName } = tls.value;
  if ((mode !== 'SIMPLE' && mode !== 'MUTUAL') || caCertificates) return;
  const destinationRule = tls.resource as DestinationRule;
  if (credentialName && destinationRule.value.spec?.workloadSelector) return;
  if (isRefused(mesh, destinationRule)) return;
  const { message, ...details } = verdict(mesh, destinationRule, tls.value);
  report(credentialName ? tls.get('credentialName') : tls.get('mode'), message, { sameAs, ...details });
}

/** Where sidecars refuse the connection on every port, `double-tls` says so, and no certificate helps. */
function isRefused(mesh: Mesh, { namespace, value }: DestinationRule): boolean {
  const service = serviceFor(mesh, value.spec?.host ?? '', namespace);
  const servers = service ? serverPorts(mesh, service) : [];
  return servers.length > 0 && servers.every((server) => refusesForeignTls(mesh, server));
}

interface Verdict {
  message: string;
  severity: Severity;
  isRemark?: true;
}

function verdict(mesh: Mesh, { namespace, value }: DestinationRule, tls: ClientTLSSettings): Verdict {
  const host = value.spec?.host ?? '';
  const { credentialName, insecureSkipVerify } = tls;
  if (credentialName?.startsWith('configmap://'))
    return { message: `the CA certificates come from "${credentialName}"`, severity: 'info', isRemark: true };
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
    isRemark: true,
  };
}

import { groupBy } from '../../mesh/grouping';
import { selects } from '../../mesh/workloads/labels';
import type { ServerTLSSettings } from '../../schema/kinds/networking';
import { type PortServer, isEncrypted, sharedPorts } from '../conflicts/gateway-servers';
import { rule } from '../rule';

export default rule({
  name: 'duplicate-gateway-certificate',
  category: 'traffic',
  severity: 'warning',
  summary: 'Two servers of one gateway use the same certificate for different hosts.',
  url: 'https://istio.io/latest/docs/ops/common-problems/network-issues/',
  docs: `
    A browser reuses an HTTP/2 connection to one host for every other host that the certificate
    covers and that has the same address. Envoy selected the routes by the server name of the
    connection, so requests for the other host sometimes get 404 (response flag NR), depending on
    which host was opened first.

    Fix: serve all hosts of a certificate with one server of one Gateway, or give each server its
    own certificate.

    \`istioctl analyze\` compares neither ports nor hosts, reports only the Gateway with the wider
    selector, and misses servers within one Gateway.
  `,
  sameAs: ['IST0138'],
  check({ mesh, report }) {
    const reported = new Set<unknown>();
    for (const servers of sharedPorts(mesh)) {
      const known = groupBy(servers.filter(isEncrypted), ({ field }) => certificateOf(field.value.tls));
      for (const [certificate, all] of known)
        for (const server of certificate === undefined ? [] : all) {
          const rivals = all.filter((other) => other !== server && hostsOf(other) !== hostsOf(server));
          const rival = rivals.find((other) => isSaid(server, other)) ?? rivals[0];
          if (!rival || reported.has(server.field.value)) continue;
          reported.add(server.field.value);
          const tls = server.field.get('tls');
          const place = tls.value?.credentialName ? tls.get('credentialName') : tls.get('serverCertificate');
          report(
            place,
            `${rival.gateway.title} has the same certificate for "${rival.hosts[0]?.name ?? ''}": browsers that reuse connections get 404`,
            {
              related: [{ place: rival.field.get('hosts').key, message: 'conflicts with these hosts' }],
              sameAs: isSaid(server, rival) ? ['IST0138'] : [],
            },
          );
        }
    }
  },
});

function certificateOf(tls: ServerTLSSettings | undefined): string | undefined {
  if (!tls || tls.mode === 'PASSTHROUGH' || tls.mode === 'AUTO_PASSTHROUGH') return undefined;
  if (tls.credentialName) return tls.credentialName;
  return tls.serverCertificate && tls.privateKey ? `${tls.serverCertificate} ${tls.privateKey}` : undefined;
}

const hostsOf = ({ hosts }: PortServer): string =>
  hosts
    .map(({ name }) => name)
    .sort()
    .join();

/** istio: CertificateAnalyzer */
const isSaid = ({ gateway: one }: PortServer, { gateway: other }: PortServer): boolean =>
  one !== other && selects(one.value.spec?.selector, other.value.spec?.selector ?? {});

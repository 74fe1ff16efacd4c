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
  docs: `
    A browser that has a connection of HTTP/2 to one host uses it for every other host that the
    certificate is good for and that has the same address. Envoy has chosen routes when the
    connection was made, by its server name: requests for the other host get 404 and the response
    flag NR, now and then, depending on what was opened first. Serve all hosts of a certificate
    by one server (of one Gateway), or give each its own certificate.

    \`istioctl analyze\` looks neither at ports nor at hosts (servers of the same hosts show the
    same certificate rightly), reports only the Gateway whose selector is the wider one, and
    misses servers within one Gateway.
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

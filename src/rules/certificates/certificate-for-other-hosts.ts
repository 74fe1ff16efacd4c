import { listed } from '../../source/listed';
import { shownCertificates, toSecret } from './gateway-certificates';
import { rule } from '../rule';

export default rule({
  name: 'certificate-for-other-hosts',
  category: 'traffic',
  severity: 'warning',
  summary: 'The certificate of a gateway server does not cover its host.',
  url: 'https://istio.io/latest/docs/tasks/traffic-management/ingress/secure-ingress/',
  docs: `
    Clients compare the requested name with the names in the certificate (the subject alternative
    names; the common name only if there are none) and close the connection when none matches. A "*"
    stands for one label: \`*.example.com\` covers \`shop.example.com\`, but not \`example.com\` or
    \`a.shop.example.com\`.

    Fix: use a certificate for the host. A wildcard host is accepted if the certificate has any name
    below it.
  `,
  check({ mesh, report }) {
    for (const shown of shownCertificates(mesh)) {
      const { names } = shown.certificate;
      if (names.length === 0) continue;
      for (const field of shown.hosts) {
        const host = field.value.slice(field.value.indexOf('/') + 1).toLowerCase();
        if (host === '*' || names.some((name) => serves(name, host))) continue;
        report(
          field,
          `the certificate in Secret "${shown.name}" does not cover "${host}"; it covers ${listed(
            names.map((name) => `"${name}"`),
            3,
          )}`,
          {
            related: [{ place: shown.field, message: 'the certificate of this server' }, ...toSecret(shown)],
          },
        );
      }
    }
  },
});

function serves(name: string, host: string): boolean {
  if (name === host) return true;
  if (host.startsWith('*.')) return name.endsWith(host.slice(1));
  return name.startsWith('*.') && host.slice(host.indexOf('.')) === name.slice(1) && host.includes('.');
}

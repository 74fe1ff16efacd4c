import { type Certificate, LEAST_RSA_BITS, rsaBits } from '../../mesh/certificates/certificate';
import { shownCertificates, toSecret } from './gateway-certificates';
import { rule } from '../rule';

export default rule({
  name: 'weak-certificate',
  category: 'traffic',
  isLocal: true,
  severity: 'error',
  summary: 'The certificate of a gateway has a short key, a weak signature, or no subjectAltName.',
  url: 'https://istio.io/latest/docs/tasks/traffic-management/ingress/secure-ingress/',
  docs: `
    Envoy refuses an RSA key of less than 2048 bits: the gateway gets no certificate, and clients
    cannot connect. Browsers and clients refuse a certificate that is signed with MD5 or SHA-1. They
    also ignore the common name, so a certificate without subjectAltName is for no host. Only the
    first is an error, because it does not depend on the client.

    Fix: create a new key and certificate: RSA with 2048 bits or P-256, SHA-256, and each host as a
    DNS name in subjectAltName.
  `,
  check({ mesh, report }) {
    for (const shown of shownCertificates(mesh)) {
      const related = toSecret(shown);
      const { certificate, field, name } = shown;
      const bits = rsaBits(certificate.publicKey);
      if (bits !== undefined && bits < LEAST_RSA_BITS)
        report(
          field,
          `the RSA key of the certificate in Secret "${name}" has ${bits} bits; proxies refuse less than ${LEAST_RSA_BITS}`,
          { related },
        );
      for (const message of doubts(certificate, name)) report(field, message, { related, severity: 'warning' });
    }
  },
});

/** What most clients refuse. */
const doubts = ({ weakHash, hasAlternativeNames, names }: Certificate, secret: string): string[] => [
  ...(weakHash ? [`the certificate in Secret "${secret}" is signed with ${weakHash}, which clients refuse`] : []),
  ...(hasAlternativeNames
    ? []
    : [
        `the certificate in Secret "${secret}" has no subjectAltName; clients ignore its common name${names[0] === undefined ? '' : ` "${names[0]}"`}`,
      ]),
];

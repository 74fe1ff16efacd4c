import { saidByIstioctl, shownCertificates, toSecret } from './gateway-certificates';
import { rule } from '../rule';

const DAY = 24 * 60 * 60 * 1000;
/** So long before its end a certificate should have been renewed. */
const SOON = 14 * DAY;

export default rule({
  name: 'expired-certificate',
  category: 'traffic',
  isLocal: true,
  severity: 'error',
  summary: 'The certificate of a gateway has expired, is not valid yet, or expires within two weeks.',
  url: 'https://istio.io/latest/docs/tasks/traffic-management/ingress/secure-ingress/',
  docs: `
    Clients refuse the connection, and Istio does not send such a certificate to the proxies. The
    date of the run decides. A certificate that expires within two weeks is a warning, because
    automatic renewal usually happens earlier.

    Fix: renew the certificate.
  `,
  sameAs: ['IST0161'],
  check({ mesh, suppressions, report }) {
    const today = Date.parse(`${suppressions.today}T00:00:00Z`);
    for (const shown of shownCertificates(mesh)) {
      const { field, name, certificate } = shown;
      const { notBefore, notAfter } = certificate;
      const related = toSecret(shown);
      const sameAs = saidByIstioctl(shown);
      if (notAfter < today)
        report(field, `the certificate in Secret "${name}" expired on ${dayOf(notAfter)}`, { related, sameAs });
      else if (notBefore >= today + DAY)
        report(field, `the certificate in Secret "${name}" is not valid before ${dayOf(notBefore)}`, {
          related,
          sameAs,
        });
      else if (notAfter < today + SOON)
        report(field, `the certificate in Secret "${name}" expires on ${dayOf(notAfter)}`, {
          related,
          sameAs: [],
          severity: 'warning',
        });
    }
  },
});

const dayOf = (time: number): string => new Date(time).toISOString().slice(0, 10);

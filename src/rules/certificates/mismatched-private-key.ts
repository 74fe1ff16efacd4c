import { belongsTo } from '../../mesh/certificates/private-key';
import { reasonsOfListener, shownCertificates, toSecret } from './gateway-certificates';
import { rule } from '../rule';

export default rule({
  name: 'mismatched-private-key',
  category: 'traffic',
  isLocal: true,
  severity: 'error',
  summary: 'The private key in the Secret of a gateway belongs to another certificate.',
  url: 'https://istio.io/latest/docs/tasks/traffic-management/ingress/secure-ingress/',
  docs: `
    Envoy rejects the pair (KEY_VALUES_MISMATCH), so the listener has no certificate and every TLS
    handshake fails. Usually only one of the two was renewed, or the chain starts with the
    certificate of the authority instead of the server's.

    Fix: store the certificate and the key that belong together. Key types that cannot be compared
    without cryptographic computation are not checked.
  `,
  sameAs: ['InvalidCertificateRef', 'Invalid', 'ListenersNotValid'],
  check({ mesh, report }) {
    for (const shown of shownCertificates(mesh)) {
      const { field, name, certificate, key } = shown;
      if (key === 'unreadable' || belongsTo(key, certificate.publicKey) !== false) continue;
      report(field, `the private key in Secret "${name}" does not belong to its certificate`, {
        related: toSecret(shown),
        sameAs: reasonsOfListener(mesh, shown),
      });
    }
  },
});

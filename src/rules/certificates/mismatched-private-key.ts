import { belongsTo } from '../../mesh/certificates/private-key';
import { shownCertificates, toSecret } from './gateway-certificates';
import { rule } from '../rule';

export default rule({
  name: 'mismatched-private-key',
  category: 'traffic',
  isLocal: true,
  severity: 'error',
  summary: 'The private key in the Secret of a gateway belongs to another certificate.',
  docs: `
    Envoy rejects the pair ("KEY_VALUES_MISMATCH") and the listener stays without a certificate:
    every handshake fails. Usually one of the two was renewed without the other, or a chain begins
    with the certificate of the authority instead of the server's. Keys of kinds that cannot be
    compared without computing with them are passed over.
  `,
  check({ mesh, report }) {
    for (const shown of shownCertificates(mesh)) {
      const { field, name, certificate, key } = shown;
      if (key === 'unreadable' || belongsTo(key, certificate.publicKey) !== false) continue;
      report(field, `the private key in Secret "${name}" does not belong to its certificate`, {
        related: toSecret(shown),
      });
    }
  },
});

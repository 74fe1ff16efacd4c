import type { PeerCertificate } from '../run/arrival';
import type { HttpConnectionManager } from '../config';
import type { Stream } from './stream';

const HEADER = 'x-forwarded-client-cert';

/**
 * Writes or removes the header that tells of the client's certificate. envoy: mutateXfccRequestHeader.
 *
 * Differs: the proxy's own name and the certificate's hash and text are not in the configuration, so they are left out.
 */
export function forwardCertificate({ request, manager, connection }: Stream): void {
  const mode = manager.forwardClientCertDetails ?? 'SANITIZE';
  if (mode === 'ALWAYS_FORWARD_ONLY') return;
  const peer = connection.tls?.peer;
  if (mode === 'SANITIZE' || !peer) {
    request.remove(HEADER);
    return;
  }
  if (mode === 'FORWARD_ONLY') return;
  const details = detailsOf(peer, manager);
  if (mode === 'APPEND_FORWARD') request.append(HEADER, details);
  else request.set(HEADER, details);
}

function detailsOf(peer: PeerCertificate, { setCurrentClientCertDetails: wanted = {} }: HttpConnectionManager): string {
  return [
    ...(wanted.subject ? [`Subject="${peer.subject ?? ''}"`] : []),
    ...(wanted.uri ? (peer.uriSans ?? ['']).map((uri) => `URI=${uri}`) : []),
    ...(wanted.dns ? (peer.dnsSans ?? []).map((name) => `DNS=${name}`) : []),
  ].join(';');
}

import type { Arrival } from '../envoy/run/arrival';

/** How a connection is made, and as whom. */
export type Transport =
  | { readonly kind: 'mutual TLS'; readonly identity?: string }
  | { readonly kind: 'TLS'; readonly sni?: string }
  | { readonly kind: 'plaintext' };

/** The transport of a connection. A tunnel is mutual TLS, whatever is inside. */
export function transportOf({ tls, inTunnel }: Pick<Arrival, 'tls' | 'inTunnel'>): Transport {
  const [peer] = inTunnel?.certificate.uriSans ?? [];
  if (inTunnel) return { kind: 'mutual TLS', ...(peer !== undefined && { identity: peer }) };
  if (!tls) return { kind: 'plaintext' };
  const { certificate, sni } = tls;
  const [identity] = certificate?.uriSans ?? [];
  if (certificate) return { kind: 'mutual TLS', ...(identity !== undefined && { identity }) };
  return { kind: 'TLS', ...(sni !== undefined && { sni }) };
}

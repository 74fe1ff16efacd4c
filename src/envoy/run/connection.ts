import type { PeerCertificate } from './arrival';

/** A connection as filters see it, after the listener filters and the TLS handshake. */
export interface Connection {
  readonly source: { readonly address: string; readonly port?: number };
  readonly destination: { readonly address: string; readonly port: number };
  /** What the listener filters found: `tls`, or `raw_buffer`. */
  transportProtocol: 'tls' | 'raw_buffer';
  /** In lower case. */
  sni: string;
  applicationProtocols: readonly string[];
  /** Present where the proxy itself speaks TLS with the client. */
  tls?: { readonly peer?: PeerCertificate };
  readonly filterState: Map<string, string>;
  /** What filters keep for the connections that are opened for this one. */
  readonly shared: Map<string, string>;
  /** Whether another listener of the same proxy opened it, so that the peer has no address. */
  readonly isInternal: boolean;
}

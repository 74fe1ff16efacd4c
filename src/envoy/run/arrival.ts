import type { Header } from './header-map';

/** A connection that reaches a proxy, and what is sent over it. Addresses are IP addresses. */
export interface Arrival {
  /**
   * How it comes: `direct` to an address where the proxy listens itself; `outbound` and `inbound` on their way elsewhere,
   * redirected to the listener that takes all of that direction.
   */
  readonly via: 'direct' | 'outbound' | 'inbound';
  readonly source: Endpoint;
  /** Where the client wanted to go: for redirected connections not where they arrive. */
  readonly destination: { readonly address: string; readonly port: number };
  /** Present where it comes in an HBONE tunnel: then everything else is about what comes in it. */
  readonly inTunnel?: OuterTunnel;
  /** Present where the client speaks TLS. */
  readonly tls?: ClientTls;
  readonly payload: HttpRequest | RawBytes;
}

/** An HBONE tunnel, as ztunnels and proxies open it for the connections of clients. */
export interface OuterTunnel {
  /** The address of the proxy at which it ends. */
  readonly address: string;
  /** Who opened it. */
  readonly certificate: PeerCertificate;
}

interface Endpoint {
  readonly address: string;
  readonly port?: number;
}

/** What a client says in its TLS handshake. */
export interface ClientTls {
  readonly sni?: string;
  readonly alpn?: readonly string[];
  readonly certificate?: PeerCertificate;
}

/** A certificate, held to be signed by an authority that the other side trusts unless `trusted` is false. */
export interface PeerCertificate {
  readonly uriSans?: readonly string[];
  readonly dnsSans?: readonly string[];
  readonly subject?: string;
  readonly trusted?: boolean;
}

export interface HttpRequest {
  readonly kind: 'http';
  readonly version?: '1.0' | '1.1' | '2';
  readonly method: string;
  /** What names the host: `:authority`, or the Host header. */
  readonly authority?: string;
  /** With the query string. */
  readonly path: string;
  readonly headers?: readonly Header[];
  /** Whether only its authority is known: everything that depends on the rest is tried both ways. */
  readonly isOpen?: true;
}

/** Bytes that are not HTTP. Where the server speaks first, nothing can be learnt from the client's. */
export interface RawBytes {
  readonly kind: 'raw';
  readonly speaksFirst?: 'client' | 'server';
}

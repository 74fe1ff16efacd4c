/** How connections that reach a workload are told apart: with mutual TLS or without, HTTP or not. */
import type { FilterChainMatch } from '../../envoy/config';
import type { MtlsMode } from '../../mesh/policies/authentication';
import type { Protocol } from '../../mesh/services/protocol';
import { isHttp, isSniffed } from '../../mesh/services/protocol';

/** One kind of connection, and what a chain does with it. istio: FilterChainMatchOptions */
export interface InboundMatch {
  readonly match: Pick<FilterChainMatch, 'applicationProtocols' | 'transportProtocol'>;
  readonly protocol: 'http' | 'tcp';
  /** Whether the chain ends TLS. */
  readonly tls: boolean;
}

/** What the HTTP inspector finds in plain text. */
export const PLAIN_HTTP = ['http/1.1', 'h2c'];

/** What sidecars offer in the TLS handshake where they know that they send HTTP, where they know that they do not, and at all. */
const MESH_HTTP = ['istio-http/1.0', 'istio-http/1.1', 'istio-h2'];
const MESH_TCP = ['istio-peer-exchange', 'istio'];
export const MESH = ['istio', 'istio-peer-exchange', ...MESH_HTTP];

const plain = (protocol: 'http' | 'tcp', applicationProtocols?: string[]): InboundMatch => ({
  match: { transportProtocol: 'raw_buffer', ...(applicationProtocols && { applicationProtocols }) },
  protocol,
  tls: false,
});

const mutual = (protocol: 'http' | 'tcp', applicationProtocols?: string[]): InboundMatch => ({
  match: { transportProtocol: 'tls', ...(applicationProtocols && { applicationProtocols }) },
  protocol,
  tls: true,
});

/** TLS of the application's own, which is passed on as it is. */
const OWN_TLS: InboundMatch = { match: { transportProtocol: 'tls' }, protocol: 'tcp', tls: false };

const MATCHES: Record<'http' | 'tcp' | 'sniffed', Record<MtlsMode, readonly InboundMatch[]>> = {
  http: {
    STRICT: [mutual('http')],
    PERMISSIVE: [mutual('http', MESH), plain('http')],
    DISABLE: [plain('http')],
  },
  tcp: {
    STRICT: [mutual('tcp')],
    PERMISSIVE: [mutual('tcp', MESH), OWN_TLS, plain('tcp')],
    DISABLE: [plain('tcp')],
  },
  sniffed: {
    STRICT: [mutual('http', MESH_HTTP), mutual('tcp')],
    PERMISSIVE: [mutual('http', MESH_HTTP), plain('http', PLAIN_HTTP), mutual('tcp', MESH_TCP), plain('tcp'), OWN_TLS],
    DISABLE: [plain('http', PLAIN_HTTP), plain('tcp')],
  },
};

/** The chains that a port needs. istio: getFilterChainMatchOptions */
export function inboundMatches(protocol: Protocol, mode: MtlsMode): readonly InboundMatch[] {
  if (isHttp(protocol)) return MATCHES.http[mode];
  return isSniffed(protocol) ? MATCHES.sniffed[mode] : MATCHES.tcp[mode];
}

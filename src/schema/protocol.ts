/** The protocols that a port of Istio's configuration may name. */

/** What a port carries; on an `unsupported` one the proxy finds out by itself whether it is HTTP. */
export type Protocol =
  | 'GRPC'
  | 'GRPC-Web'
  | 'HTTP'
  | 'HTTP_PROXY'
  | 'HTTP2'
  | 'HTTPS'
  | 'TCP'
  | 'TLS'
  | 'UDP'
  | 'Mongo'
  | 'Redis'
  | 'MySQL'
  | 'UnsupportedProtocol';

const NAMES = new Map<string, Protocol>([
  ['tcp', 'TCP'],
  ['udp', 'UDP'],
  ['grpc', 'GRPC'],
  ['grpc-web', 'GRPC-Web'],
  ['http', 'HTTP'],
  ['http_proxy', 'HTTP_PROXY'],
  ['http2', 'HTTP2'],
  ['https', 'HTTPS'],
  ['tls', 'TLS'],
  ['mongo', 'Mongo'],
  ['redis', 'Redis'],
  ['mysql', 'MySQL'],
]);

/** The names of all protocols. */
export const PROTOCOL_NAMES: readonly string[] = [...NAMES.values()];

/** The protocol of this name, in upper or lower case. istio: protocol.Parse */
export const protocolNamed = (name: string): Protocol => NAMES.get(name.toLowerCase()) ?? 'UnsupportedProtocol';

/** Whether it is HTTP of any version. */
export const isHttp = (protocol: Protocol): boolean =>
  protocol === 'HTTP' || protocol === 'HTTP_PROXY' || isHttp2(protocol);

/** Whether it is carried by HTTP/2. */
export const isHttp2 = (protocol: Protocol): boolean =>
  protocol === 'HTTP2' || protocol === 'GRPC' || protocol === 'GRPC-Web';

/** Whether it is gRPC, also from browsers. */
export const isGrpc = (protocol: Protocol): boolean => protocol === 'GRPC' || protocol === 'GRPC-Web';

/** Whether it is encrypted by the application. */
export const isTls = (protocol: Protocol): boolean => protocol === 'HTTPS' || protocol === 'TLS';

/** Whether it is carried as plain TCP, TLS among it. */
export const isTcp = (protocol: Protocol): boolean =>
  isTls(protocol) || protocol === 'TCP' || protocol === 'Mongo' || protocol === 'Redis' || protocol === 'MySQL';

/** Whether the proxy looks into the bytes to find out. */
export const isSniffed = (protocol: Protocol): boolean => protocol === 'UnsupportedProtocol';

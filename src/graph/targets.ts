/** What clients call of a service. */
import type { Service } from '../mesh/services/service';

/** A port of a host, and the scheme of the URLs for it. */
export interface Target {
  readonly scheme: 'http' | 'https' | 'tls' | 'tcp';
  readonly host: string;
  readonly port: number;
}

/** What can be called of the ports of a service, by a name that stands for it. */
export const targetsOf = ({ ports, hostname }: Service, name = hostname): Target[] =>
  ports
    .filter(({ protocol }) => protocol !== 'UDP')
    .map(({ protocol, number }) => ({ scheme: schemeOf(protocol), host: concrete(name), port: number }));

/** What clients use on a port. Where the port does not say, they may use HTTP. */
export function schemeOf(protocol: string): Target['scheme'] {
  if (/^(HTTP|HTTP2|HTTP_PROXY|GRPC|GRPC-WEB|UnsupportedProtocol)$/i.test(protocol)) return 'http';
  if (/^HTTPS$/i.test(protocol)) return 'https';
  return /^TLS$/i.test(protocol) ? 'tls' : 'tcp';
}

/** A host that a wildcard covers. */
export const concrete = (host: string): string =>
  host === '*' ? 'any.example.com' : host.startsWith('*') ? `any${host.slice(1)}` : host;

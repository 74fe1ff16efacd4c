import type { HttpConnectionManager } from '../config';
import type { HeaderMap } from '../run/header-map';

/** Where the port of a host begins, at its colon; -1 without one. envoy: HeaderUtility::getPortStart. */
export function portStart(host: string): number {
  const colon = host.lastIndexOf(':');
  return colon > host.lastIndexOf(']') ? colon : -1;
}

/** A host without its port. */
export function withoutPort(host: string): string {
  const start = portStart(host);
  return start < 0 ? host : host.slice(0, start);
}

/** Takes ports and trailing dots off the authority as the manager says. envoy: ConnectionManagerUtility::maybeNormalizeHost. */
export function normalizeHost(manager: HttpConnectionManager, request: HeaderMap, localPort: number): void {
  let host = request.authority;
  if (manager.stripTrailingHostDot) host = host.replace(/\.(:\d+)?$/, '$1');
  const port = host.slice(portStart(host) + 1);
  const strips = manager.stripAnyHostPort || (manager.stripMatchingHostPort && Number(port) === localPort);
  if (strips && portStart(host) >= 0 && /^\d+$/.test(port)) host = withoutPort(host);
  if (host !== request.authority) request.set(':authority', host);
}

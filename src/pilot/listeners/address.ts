/** Where listeners listen. */
import ipaddr from 'ipaddr.js';
import type { Address } from '../../envoy/config';
import { type Protocol, isHttp } from '../../mesh/services/protocol';
import type { Push } from '../context';

const isIpv6 = ({ proxy }: Push): boolean => ipaddr.IPv6.isValid(proxy.ip);

/** Every address of the proxy. */
export const wildcardAddress = (push: Push): string => (isIpv6(push) ? '::' : '0.0.0.0');

/** The address that only the proxy's own pod reaches. */
export const localAddress = (push: Push): string => (isIpv6(push) ? '::1' : '127.0.0.1');

const UNIX = 'unix://';

/** An address and port, or with the port 0 a socket in the file system. istio: util.BuildAddress */
export const listenAddress = (bind: string, port: number): Address =>
  port === 0
    ? { pipe: { path: bind.startsWith(UNIX) ? bind.slice(UNIX.length) : bind } }
    : { socketAddress: { address: bind, portValue: port } };

/** istio: getListenerName */
export const listenerName = (bind: string, port: number): string => `${bind}_${port}`;

/** The ports on which every proxy answers questions about itself: its health, and its metrics. */
const STATIC_PORTS = [15021, 15090];

/**
 * Whether Envoy could not listen there, since something of its own does already; without an address it would be at all addresses
 * where HTTP is spoken. istio: conflictWithReservedListener
 */
export function isReserved(
  push: Push,
  bind: string,
  port: number,
  protocol: Protocol,
  other: readonly number[],
): boolean {
  const everywhere = bind === '' ? isHttp(protocol) : bind === wildcardAddress(push);
  return everywhere && (STATIC_PORTS.includes(port) || other.includes(port));
}

/** The ports to which connections are redirected. */
export const capturePorts = ({ meshConfig }: Push): readonly number[] => [
  meshConfig.proxyListenPort,
  meshConfig.proxyInboundListenPort,
];

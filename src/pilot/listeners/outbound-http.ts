import type { Push } from '../context';
import { wildcardAddress } from './address';
import { type Chain, anyChain } from './chain';
import type { Candidate } from './outbound-entries';

/**
 * The chain that reads HTTP. Listeners for all addresses of a port share the routes of that port; where it is only found out that
 * HTTP is spoken, a service with an address has routes of its own. istio: buildSidecarOutboundHTTPListenerOpts
 */
export function httpChain(push: Push, candidate: Candidate, found: 'http' | 'sniffed'): Chain {
  const { port, service, field, binds } = candidate;
  const [bind = ''] = binds;
  const isAlone = found === 'sniffed' && bind !== wildcardAddress(push);
  const ofPort = isAlone ? `${service.hostname}:${port.number}` : String(port.number);
  const routeName = port.number === 0 ? bind : ofPort;
  return { ...anyChain([], field), http: { routeName, protocol: port.protocol, service } };
}

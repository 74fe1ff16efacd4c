import type { Mesh } from '../mesh/mesh';
import { type Mtls, mtlsOf } from '../mesh/policies/authentication';
import type { Options } from '../envoy/run/run';
import { credentialFault } from './credentials';
import type { Hop } from './journey';
import type { Named, TransportMismatch } from './reason';

/** In what the TLS of a client and of the proxy that closes its connection differ; undefined where that is not why. */
export function mismatchAt(mesh: Mesh, hop: Hop, options: Options): TransportMismatch | undefined {
  const { proxy, role, arrival, outcome, steps } = hop;
  if (outcome.kind !== 'closed' || !BY_TLS.has(outcome.by)) return undefined;
  const { port } = arrival.destination;
  const at = { server: `${proxy.name}.${proxy.namespace}`, port };
  const fault = outcome.secret === undefined ? undefined : credentialFault(mesh, proxy, outcome.secret, options);
  if (fault) return { kind: 'unusable credential', server: at.server, ...fault };
  const isPeer = arrival.tls?.certificate?.uriSans !== undefined;
  if (arrival.tls) {
    const isTlsRead = steps.some(({ stage }) => stage === 'transport');
    // At a gateway, the chains of a port may only be for other server names.
    const isOtherName = role === 'gateway' && outcome.by === 'filter chain';
    if (isTlsRead || isOtherName || role === 'client') return undefined;
    if (isPeer) return role === 'server' ? disabledAt(mesh, proxy, at) : undefined;
    return { kind: 'TLS at plaintext port', ...at };
  }
  if (role === 'gateway') return outcome.by === 'protocol' ? undefined : { kind: 'plaintext at TLS port', ...at };
  const demanded = role === 'server' ? mtlsOf(mesh, proxy, port) : undefined;
  if (demanded?.mode !== 'STRICT') return undefined;
  return { kind: 'mutual TLS required', server: at.server, ...policyOf(demanded) };
}

/** Mutual TLS that reaches a port where it is disabled. */
function disabledAt(
  mesh: Mesh,
  proxy: Hop['proxy'],
  at: { server: string; port: number },
): TransportMismatch | undefined {
  const demanded = mtlsOf(mesh, proxy, at.port);
  return demanded.mode === 'DISABLE' ? { kind: 'mutual TLS disabled', ...at, ...policyOf(demanded) } : undefined;
}

/** The policy that sets a mode, where one does. */
export function policyOf({ field }: Mtls): { policy?: Named } {
  const { name, namespace } = field?.resource ?? {};
  return name !== undefined && namespace !== undefined ? { policy: { name, namespace } } : {};
}

const BY_TLS: ReadonlySet<string> = new Set(['filter chain', 'handshake', 'protocol']);

/** What a connection between two workloads is made of, and whether it comes about. */
import { clientTls } from '../mesh/client-tls';
import { mtlsOf } from '../mesh/authentication';
import { chosenFor } from '../mesh/destination-rules';
import type { Mesh } from '../mesh/mesh';
import { isGateway, runsProxy } from '../mesh/proxy';
import type { Service } from '../mesh/service';
import { type SidecarScope, gatewayScopeFor, sidecarScopeFor } from '../mesh/sidecar-scope';
import { policyFor } from '../mesh/traffic-policy';
import type { Workload } from '../mesh/workloads';

/** How a call travels. `refused`: the server wants mutual TLS and gets something else; `broken`: it gets TLS that it does not speak. */
export type Transport = 'mutual-tls' | 'tls' | 'plaintext' | 'refused' | 'broken';

type Offer = 'mutual-tls' | 'tls' | 'plaintext' | 'as-the-server';

/** The part of the mesh that the proxy of a workload knows. */
export const scopeOfWorkload = (mesh: Mesh, client: Workload): SidecarScope =>
  isGateway(mesh, client)
    ? gatewayScopeFor(mesh, client.namespace)
    : sidecarScopeFor(mesh, client.namespace, client.labels);

/** What a client begins a connection to a port of a service with. */
export function offered(mesh: Mesh, client: Workload, service: Service, port: number): Offer {
  if (!runsProxy(client)) return 'plaintext';
  const scope = scopeOfWorkload(mesh, client);
  if (!scope.service(service.hostname)) return 'plaintext';
  const rule = chosenFor(scope.destinationRules(service.hostname), client);
  const tls = clientTls(mesh, service, port, policyFor(rule?.trafficPolicy, port));
  if (tls.by === 'auto-mtls') return 'as-the-server';
  if (tls.by === 'nothing') return 'plaintext';
  const { mode } = tls.field.value;
  if (mode === 'ISTIO_MUTUAL' || mode === 'MUTUAL') return 'mutual-tls';
  return mode === 'SIMPLE' ? 'tls' : 'plaintext';
}

/** What becomes of that at a server. */
export function met(mesh: Mesh, offer: Offer, server: Workload, targetPort: number | undefined): Transport {
  const mode = runsProxy(server) ? mtlsOf(mesh, server, targetPort).mode : 'DISABLE';
  if (offer === 'as-the-server') return mode === 'DISABLE' ? 'plaintext' : 'mutual-tls';
  if (mode === 'DISABLE') return offer === 'mutual-tls' && runsProxy(server) ? 'broken' : offer;
  if (offer === 'mutual-tls') return offer;
  return mode === 'STRICT' ? 'refused' : offer;
}

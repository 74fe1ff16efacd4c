/** On which ports the proxies of a gateway workload listen, and for which servers. */
import type { Mesh } from '../mesh';
import { proxyOf } from '../workloads/proxy';
import type { Workload } from '../workloads/workloads';
import { type GatewayServer, isPassthrough, mergedGateways } from './gateways';

/** The servers for which the proxies of a workload listen; none where no Gateway selects it. */
export function serversOf(mesh: Mesh, workload: Workload): readonly GatewayServer[] {
  const [pod] = workload.pods;
  return pod ? mergedGateways(mesh, proxyOf(mesh, pod)).ports.flatMap(({ servers }) => servers) : [];
}

const WITH_CLIENT_CERTIFICATE = new Set(['MUTUAL', 'OPTIONAL_MUTUAL', 'ISTIO_MUTUAL']);

/** Whether clients of a server may prove who they are with a certificate. */
export const takesClientCertificates = ({ field }: GatewayServer): boolean =>
  field.value.port?.protocol === 'HBONE' || WITH_CLIENT_CERTIFICATE.has(field.value.tls?.mode ?? '');

/** Whether a server passes on connections of which it reads no requests. */
export const passesConnections = ({ field, protocol }: GatewayServer): boolean =>
  isPassthrough(field.value) || protocol === 'TCP' || protocol === 'TLS';

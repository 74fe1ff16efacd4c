import type { VirtualHost } from '../envoy/config';
import type { Mesh } from '../mesh/mesh';
import type { Hop } from './journey';
import { ownerOf, serviceAt } from './peers';
import type { Blocked } from './reason';

/** istio: what stands for every host, and every port, that is not in the registry */
const BLOCK_ALL = 'block_all';
const BLACK_HOLE = 'BlackHoleCluster';

/** Why a client's proxy lets a request out to nowhere (REGISTRY_ONLY); undefined where that is not how it ends. */
export function blockedAt(mesh: Mesh, hop: Hop, host: string): Blocked | undefined {
  const { role, outcome, arrival, proxy, steps } = hop;
  if (role !== 'client') return undefined;
  const virtualHost = steps.findLast(({ stage }) => stage === 'virtual host')?.chosen as VirtualHost | undefined;
  const isBlocked =
    outcome.kind === 'response'
      ? virtualHost?.name === BLOCK_ALL
      : outcome.kind === 'closed' && outcome.clusterName === BLACK_HOLE;
  if (!isBlocked) return undefined;
  const { address, port } = arrival.destination;
  const declared = serviceAt(mesh, address, port);
  const client = `${proxy.name}.${proxy.namespace}`;
  if (declared && arrival.tls)
    return { kind: 'TLS at plaintext port', server: `${declared.name}.${declared.namespace}`, port };
  if (declared) return { kind: 'not visible', client, service: nameOf(declared) };
  const owner = ownerOf(mesh, address);
  if (!owner) return { kind: 'not in registry', host, port };
  return { kind: 'undeclared port', service: nameOf(owner), port, ports: owner.ports.map(({ number }) => number) };
}

const nameOf = ({ name, namespace }: { readonly name: string; readonly namespace: string }) => ({ name, namespace });

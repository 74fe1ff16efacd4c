import { calls } from './graph/calls';
import type { Graph, Node } from './graph/connection';
import { routeEdges } from './graph/route-edges';
import { clientsId, nodes } from './graph/nodes';
import type { Mesh } from './mesh/mesh';

/**
 * Draws who can call whom: the calls that workloads may make, with their transport and the policies that decide, and where routes lead
 * them. It holds the points that an edge touches.
 */
export function graph(mesh: Mesh): Graph {
  const led = routeEdges(mesh);
  const edges = [...led, ...calls(mesh)];
  const touched = new Set(edges.flatMap(({ from, to }) => [from, to]));
  return { nodes: [...clients(touched), ...nodes(mesh)].filter(({ id }) => touched.has(id)), edges };
}

/** The part of a graph around some points: what leads to them and what they lead to. */
export function around({ nodes, edges }: Graph, isMeant: (node: Node) => boolean): Graph {
  const meant = new Set(nodes.filter(isMeant).map(({ id }) => id));
  const kept = edges.filter(({ from, to }) => meant.has(from) || meant.has(to));
  const touched = new Set([...meant, ...kept.flatMap(({ from, to }) => [from, to])]);
  return { nodes: nodes.filter(({ id }) => touched.has(id)), edges: kept };
}

function clients(ids: ReadonlySet<string>): Node[] {
  const prefix = clientsId('').slice(0, -1);
  return [...ids]
    .filter((id) => id.startsWith(prefix))
    .map((id): Node => {
      const scope = id.slice(prefix.length);
      return scope === '*'
        ? { id, kind: 'clients', name: 'every workload', namespace: '' }
        : { id, kind: 'clients', name: 'every workload', namespace: scope };
    });
}

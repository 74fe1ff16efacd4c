import { mermaidText } from './mermaid';
import { visibleIn } from './visible';
import type { Call, Graph, RouteEdge, Node, Transport } from '../graph/connection';
import type { Place } from '../source/file';

/** What leads from one point to another. */
export type Edge = Call | RouteEdge;

/** A graph as a Mermaid flowchart. Calls that policies deny are left out; those that TLS prevents end in a cross. */
export function graphMermaid(given: Graph): string {
  const graph = visibleIn(given);
  const ids = numbered(graph);
  const lines = [
    ...byNamespace(graph).flatMap(([namespace, nodes]) => {
      const inside = nodes.map((node) => mermaidNode(node, ids.get(node.id)!));
      return namespace === ''
        ? inside
        : [`subgraph "${mermaidText(namespace)}"`, ...inside.map((line) => `  ${line}`), 'end'];
    }),
    ...drawn(graph).map((edge) => {
      const label = labelOf(edge);
      const arrow = edge.kind === 'route' ? '-->' : edge.allowed === 'no' ? '-.-x' : '-.->';
      return `${ids.get(edge.from)} ${arrow}${label && `|"${mermaidText(label)}"|`} ${ids.get(edge.to)}`;
    }),
  ];
  return ['flowchart LR', ...lines.map((line) => `  ${line}`), ''].join('\n');
}

/** A graph in the language of Graphviz. Calls that policies deny are left out; those that TLS prevents are red. */
export function graphDot(given: Graph): string {
  const graph = visibleIn(given);
  const lines = [
    ...byNamespace(graph).flatMap(([namespace, nodes], index) => {
      const inside = nodes.map(
        (node) => `${quoted(node.id)} [label=${quoted(titleOf(node))}, shape=${SHAPES[node.kind]}];`,
      );
      if (namespace === '') return inside;
      return [
        `subgraph cluster_${index} {`,
        `  label=${quoted(namespace)};`,
        ...inside.map((line) => `  ${line}`),
        '}',
      ];
    }),
    ...drawn(graph).map((edge) => {
      const style = edge.kind === 'route' ? 'solid' : edge.allowed === 'no' ? 'dashed, color=red' : 'dashed';
      return `${quoted(edge.from)} -> ${quoted(edge.to)} [label=${quoted(labelOf(edge))}, style=${style}];`;
    }),
  ];
  return ['digraph mesh {', '  rankdir=LR;', ...lines.map((line) => `  ${line}`), '}', ''].join('\n');
}

/** A graph as data, version 2: also the calls that never come through, and where each point and route was written. */
export function graphJson({ nodes, edges }: Graph): string {
  const placed = <T extends Node | RouteEdge>({ place, ...rest }: T) => ({ ...rest, ...(place && placeJson(place)) });
  const all = edges.map((edge) => (edge.kind === 'route' ? placed(edge) : callJson(edge)));
  return `${JSON.stringify({ version: 2, nodes: nodes.map(placed), edges: all }, null, 2)}\n`;
}

const callJson = ({ connections, ...call }: Call) => ({
  ...call,
  connections: connections.map(({ places, ...connection }) => ({ ...connection, places: places.map(placeJson) })),
});

const placeJson = ({ file, range, pathText }: Place) => ({ file: file.path, line: range.start.line, path: pathText });

const SHAPES: Record<Node['kind'], string> = {
  clients: 'plaintext',
  gateway: 'house',
  workload: 'box',
  service: 'ellipse',
  external: 'component',
};

const BRACKETS: Record<Node['kind'], readonly [string, string]> = {
  clients: ['[/', '/]'],
  gateway: ['{{', '}}'],
  workload: ['[', ']'],
  service: ['([', '])'],
  external: ['[[', ']]'],
};

/** What a picture shows: calls that policies deny are left out, those that TLS prevents are not. */
export const drawn = ({ edges }: Graph): readonly Edge[] =>
  edges.filter((edge) => edge.kind === 'route' || edge.allowed !== 'no' || edge.transports.some(isFailing));

/** Whether no request comes through. */
export const isFailing = (transport: Transport): boolean => transport === 'refused' || transport === 'broken';

const numbered = ({ nodes }: Graph) => new Map(nodes.map(({ id }, index) => [id, `n${index}`]));

function byNamespace({ nodes }: Graph): [string, Node[]][] {
  const groups = new Map<string, Node[]>();
  for (const node of nodes) groups.set(node.namespace, [...(groups.get(node.namespace) ?? []), node]);
  return [...groups];
}

function mermaidNode(node: Node, id: string): string {
  const [open, close] = BRACKETS[node.kind];
  return `${id}${open}"${mermaidText(titleOf(node))}"${close}`;
}

/** The name of a point, with what is special about it. */
export const titleOf = ({ kind, name, proxy, ambient }: Node): string => {
  if (kind === 'gateway') return `gateway ${name}`;
  if (ambient) return `${name} (ambient)`;
  return proxy === false ? `${name} (no sidecar)` : name;
};

/** The conditions and shares of a route; the transports and policies of a call. */
export function labelOf(edge: Edge): string {
  return edge.kind === 'call' ? callLabel(edge) : routeLabel(edge);
}

function callLabel(call: Call): string {
  const { transports, allowed, policies, except = [] } = call;
  const how = transports.map((transport) => `${TRANSPORTS[transport]}${portsOf(call, transport)}`).join(' or ');
  const who = policies.length > 0 ? `by ${policies.join(', ')}` : '';
  const others = except.length > 0 ? `but ${except.length} others` : '';
  return [how, allowed === 'maybe' ? `some requests ${who}`.trim() : who, others].filter(Boolean).join(', ');
}

/** The ports of a transport, where that of others is another one. */
function portsOf({ connections, transports }: Call, transport: Transport): string {
  const ports = connections.filter((each) => each.transport === transport).map(({ port }) => port);
  return transports.length > 1 ? ` on ${[...new Set(ports)].sort((one, other) => one - other).join(', ')}` : '';
}

const TRANSPORTS: Record<Transport, string> = {
  'mutual-tls': 'mTLS',
  tls: 'TLS',
  plaintext: 'plaintext',
  refused: 'refused: no mTLS',
  broken: 'broken: mTLS that the server does not accept',
};

function routeLabel({ conditions, share, subset }: RouteEdge): string {
  return [conditions.join(' | '), subset && `subset ${subset}`, share !== undefined && `${share} %`]
    .filter(Boolean)
    .join(', ');
}

const quoted = (text: string): string => JSON.stringify(text);

import { mermaidText } from './mermaid';
import { visibleIn } from './visible';
import type { Call, Graph, RouteEdge, Node } from '../graph/connection';

type Edge = Call | RouteEdge;

/** A graph as a Mermaid flowchart. Calls that never come through are left out. */
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
      const arrow = edge.kind === 'call' ? '-.->' : '-->';
      return `${ids.get(edge.from)} ${arrow}${label && `|"${mermaidText(label)}"|`} ${ids.get(edge.to)}`;
    }),
  ];
  return ['flowchart LR', ...lines.map((line) => `  ${line}`), ''].join('\n');
}

/** A graph in the language of Graphviz. Calls that never come through are left out. */
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
      const style = edge.kind === 'call' ? 'dashed' : 'solid';
      return `${quoted(edge.from)} -> ${quoted(edge.to)} [label=${quoted(labelOf(edge))}, style=${style}];`;
    }),
  ];
  return ['digraph mesh {', '  rankdir=LR;', ...lines.map((line) => `  ${line}`), '}', ''].join('\n');
}

/** A graph as data, version 2: also the calls that never come through, and where each point and route was written. */
export function graphJson({ nodes, edges }: Graph): string {
  const placed = <T extends Node | RouteEdge>({ place, ...rest }: T) => ({
    ...rest,
    ...(place && { file: place.file.path, line: place.range.start.line, path: place.pathText }),
  });
  const all = edges.map((edge) => (edge.kind === 'route' ? placed(edge) : edge));
  return `${JSON.stringify({ version: 2, nodes: nodes.map(placed), edges: all }, null, 2)}\n`;
}

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

const drawn = ({ edges }: Graph): readonly Edge[] =>
  edges.filter((edge) => edge.kind === 'route' || edge.allowed !== 'no');

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

const titleOf = ({ kind, name, proxy, ambient }: Node): string => {
  if (kind === 'gateway') return `gateway ${name}`;
  if (ambient) return `${name} (ambient)`;
  return proxy === false ? `${name} (no sidecar)` : name;
};

function labelOf(edge: Edge): string {
  return edge.kind === 'call' ? callLabel(edge) : routeLabel(edge);
}

function callLabel({ transports, allowed, policies, except = [] }: Call): string {
  const how = transports.map((transport) => TRANSPORTS[transport]).join(' or ');
  const who = policies.length > 0 ? `by ${policies.join(', ')}` : '';
  const others = except.length > 0 ? `but ${except.length} others` : '';
  return [how, allowed === 'maybe' ? `some requests ${who}`.trim() : who, others].filter(Boolean).join(', ');
}

const TRANSPORTS: Record<Call['transports'][number], string> = {
  'mutual-tls': 'mTLS',
  tls: 'TLS',
  plaintext: 'plaintext',
  refused: 'refused: no mTLS',
  broken: 'broken: mTLS to a plaintext port',
};

function routeLabel({ conditions, share, subset }: RouteEdge): string {
  return [conditions.join(' | '), subset && `subset ${subset}`, share !== undefined && `${share} %`]
    .filter(Boolean)
    .join(', ');
}

const quoted = (text: string): string => JSON.stringify(text);

import { graphlib, layout } from '@dagrejs/dagre';
import type { Graph, Node } from '../../graph/connection';
import { type Edge, drawn, isFailing, labelOf, titleOf } from '../graph';
import { type Content, type Html, element } from './element';

/** A larger graph is no longer a picture that anyone can read, and takes long to lay out. */
const MOST_EDGES = 200;

const NODE_HEIGHT = 34;
const LABEL_HEIGHT = 16;
const LONGEST_LABEL = 36;

interface Point {
  readonly x: number;
  readonly y: number;
}

type Box = Point & { readonly width: number; readonly height: number };

/** A graph as a picture, with controls that zoom and follow one point; the script of the page shows them. Empty where it is too large. */
export function picture(graph: Graph): Content {
  const edges = drawn(graph);
  if (edges.length > MOST_EDGES)
    return element('p', {}, `The picture would have ${edges.length} arrows; use --around to draw a part of it.`);
  const laidOut = laid(graph, edges);
  const { width = 0, height = 0 } = laidOut.graph() as Partial<Box>;
  const numbers = new Map(graph.nodes.map(({ id }, index) => [id, index]));
  const svg = element(
    'svg',
    {
      id: 'picture',
      viewBox: `0 0 ${Math.ceil(width)} ${Math.ceil(height)}`,
      width: Math.ceil(width),
      role: 'img',
      'aria-label': 'The mesh; the table below holds the same calls and routes',
    },
    [...namespacesOf(graph)].map((name) => frameOf(name, laidOut.node(areaOf(name)) as Box)),
    edges.map((edge, index) => {
      const { points } = laidOut.edge(edge.from, edge.to, String(index)) as unknown as { points: readonly Point[] };
      return edgeShape(edge, points, numbers);
    }),
    graph.nodes.map((node) => nodeShape(node, laidOut.node(node.id) as Box, numbers.get(node.id)!)),
  );
  return [
    controls(graph),
    element('div', { class: 'picture', tabindex: 0, role: 'region', 'aria-label': 'Picture of the mesh' }, svg),
  ];
}

function laid({ nodes }: Graph, edges: readonly Edge[]) {
  const graph = new graphlib.Graph({ compound: true, multigraph: true });
  graph.setGraph({ rankdir: 'LR', nodesep: 24, ranksep: 60, edgesep: 12, marginx: 16, marginy: 16 });
  for (const node of nodes) {
    graph.setNode(node.id, { width: titleOf(node).length * 8 + 28, height: NODE_HEIGHT });
    if (node.namespace === '') continue;
    graph.setNode(areaOf(node.namespace), {});
    graph.setParent(node.id, areaOf(node.namespace));
  }
  for (const [index, edge] of edges.entries()) {
    const label = shortened(labelOf(edge));
    const size = label ? { width: label.length * 6.5 + 8, height: LABEL_HEIGHT } : { width: 0, height: 0 };
    graph.setEdge(edge.from, edge.to, { ...size, labelpos: 'c' }, String(index));
  }
  layout(graph);
  return graph;
}

const namespacesOf = ({ nodes }: Graph): Set<string> =>
  new Set(nodes.map(({ namespace }) => namespace).filter((name) => name !== ''));

/** The id of a namespace's area; ids of points begin with their kind. */
const areaOf = (namespace: string): string => `namespace ${namespace}`;

const shortened = (label: string): string =>
  label.length > LONGEST_LABEL ? `${label.slice(0, LONGEST_LABEL - 3)}...` : label;

function frameOf(name: string, { x, y, width, height }: Box): Html {
  const left = x - width / 2;
  const top = y - height / 2;
  return element(
    'g',
    { class: 'area' },
    element('rect', { x: left, y: top, width, height, rx: 6 }),
    element('text', { x: left + 8, y: top + 14 }, name),
  );
}

function nodeShape(node: Node, { x, y, width, height }: Box, number: number): Html {
  const { kind, identity } = node;
  return element(
    'g',
    { class: `node ${kind}`, 'data-points': number },
    element('title', {}, identity === undefined ? node.id : `${node.id}, ${identity}`),
    element('rect', { x: x - width / 2, y: y - height / 2, width, height, rx: kind === 'workload' ? 2 : height / 2 }),
    element('text', { x, y: y + 5, 'text-anchor': 'middle' }, titleOf(node)),
  );
}

function edgeShape(edge: Edge, points: readonly Point[], numbers: ReadonlyMap<string, number>): Html {
  const middle = points[Math.floor(points.length / 2)]!;
  const label = labelOf(edge);
  return element(
    'g',
    {
      class: `edge ${edge.kind} ${isBroken(edge) ? 'broken' : ''}`.trim(),
      'data-points': `${numbers.get(edge.from)} ${numbers.get(edge.to)}`,
    },
    element('title', {}, `${edge.from} to ${edge.to}${label && `: ${label}`}`),
    element('path', { d: points.map(({ x, y }, index) => `${index ? 'L' : 'M'}${x} ${y}`).join(' ') }),
    element('path', { class: 'tip', d: tip(points) }),
    label !== '' && element('text', { x: middle.x, y: middle.y + 4, 'text-anchor': 'middle' }, shortened(label)),
  );
}

/** The tip of an arrow at the last point, along its last line. */
function tip(points: readonly Point[]): string {
  const [from, to] = points.slice(-2) as [Point, Point];
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  const [dx, dy] = [((to.x - from.x) / length) * 8, ((to.y - from.y) / length) * 8];
  return `M${to.x} ${to.y} L${to.x - dx - dy / 2} ${to.y - dy + dx / 2} L${to.x - dx + dy / 2} ${to.y - dy - dx / 2} Z`;
}

/** A call that always or on some port fails at its TLS. */
const isBroken = (edge: Edge): boolean => edge.kind === 'call' && edge.transports.some(isFailing);

function controls({ nodes }: Graph): Html {
  const options = nodes.map((node, index) => element('option', { value: index }, node.id));
  return element(
    'form',
    { id: 'picture-controls', 'aria-label': 'View of the picture', hidden: true },
    element(
      'label',
      {},
      'Follow ',
      element('select', { name: 'point' }, element('option', { value: '' }, 'everything'), options),
    ),
    element('button', { type: 'button', 'data-zoom': '1.25' }, 'Zoom in'),
    element('button', { type: 'button', 'data-zoom': '0.8' }, 'Zoom out'),
  );
}

/** The same as a table: what a picture shows, for readers who do not see it, and for search. */
export function edgeTable(graph: Graph): Html {
  const names = new Map(graph.nodes.map((node, index) => [node.id, index]));
  const rows = drawn(graph).map((edge) =>
    element(
      'tr',
      { 'data-points': `${names.get(edge.from)} ${names.get(edge.to)}` },
      element('td', {}, edge.kind),
      element('td', {}, edge.from),
      element('td', {}, edge.to),
      element('td', { class: isBroken(edge) && 'bad' }, labelOf(edge)),
    ),
  );
  const heads = ['Kind', 'From', 'To', 'How'].map((name) => element('th', { scope: 'col' }, name));
  return element('table', {}, element('thead', {}, element('tr', {}, heads)), element('tbody', {}, rows));
}

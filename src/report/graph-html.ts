import type { Graph } from '../graph/connection';
import { count } from './closing';
import { type PageParts, page } from './page/document';
import { element } from './page/element';
import { edgeTable, picture } from './page/picture';
import { visibleIn } from './visible';

/** A graph as a page for a browser: a picture, and a table of the same calls and routes. */
export function graphHtml(given: Graph, parts: PageParts): string {
  const graph = visibleIn(given);
  const calls = graph.edges.filter(({ kind }) => kind === 'call').length;
  const routes = graph.edges.length - calls;
  return page(
    {
      title: 'meshlint graph',
      lead: element('p', { class: 'verdict' }, `${count(calls, 'call')} and ${count(routes, 'route')}`),
      sections: [
        { id: 'mesh', title: 'Picture', content: picture(graph) },
        { id: 'edges', title: 'Calls and routes', content: edgeTable(graph) },
      ],
    },
    parts,
  );
}

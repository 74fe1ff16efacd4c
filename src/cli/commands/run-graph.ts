import { around, graph } from '../../graph';
import type { Graph } from '../../graph/connection';
import { connectionTable } from '../../report/connection-table';
import { graphHtml } from '../../report/graph-html';
import { graphDot, graphJson, graphMermaid } from '../../report/graph';
import type { GraphCommandOptions } from './graph';
import { nearest } from '../../schema/spelling';
import { withoutSecretForms } from '../../source/secrets';
import { loadAdmitted } from '../refused';
import { reportParts } from '../page-parts';
import { print } from '../terminal';
import { UsageError } from '../usage-error';

const WRITERS = {
  mermaid: graphMermaid,
  dot: graphDot,
  json: graphJson,
  table: connectionTable,
  html: (shown: Graph) => graphHtml(shown, reportParts()),
};

/** Prints who can call whom. */
export async function runGraph(paths: readonly string[], options: GraphCommandOptions): Promise<void> {
  const whole = graph(await loadAdmitted(paths, options));
  if (whole.edges.length === 0)
    throw new UsageError('nothing to draw: the input has neither Services with workloads nor routes');
  const shown = options.around === undefined ? whole : part(whole, options.around);
  await print(withoutSecretForms(WRITERS[options.output](shown)));
}

function part(whole: Graph, wanted: string): Graph {
  const named = around(whole, ({ name, namespace }) => wanted === name || wanted === `${name}.${namespace}`);
  if (named.nodes.length > 0) return named;
  const names = [...new Set(whole.nodes.filter(({ kind }) => kind !== 'clients').map(({ name }) => name))];
  const meant = nearest(wanted, names);
  throw new UsageError(`nothing is named "${wanted}"${meant === undefined ? '' : `; did you mean "${meant}"?`}`);
}

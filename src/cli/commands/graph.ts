import { type Command, Option } from 'commander';
import { type InputOptions, withInput } from '../input/load';
import { withRelease } from '../options/release-option';
import { withExamples } from '../options/examples';

/** The options of `meshlint graph`. */
export interface GraphCommandOptions extends InputOptions {
  output: 'mermaid' | 'dot' | 'json' | 'table' | 'html';
  around?: string;
}

const AROUND = [
  '--around <name>',
  'show only the neighbours of this service, workload or gateway: NAME or NAME.NAMESPACE',
] as const;

/** `meshlint graph`. */
export function graphCommand(program: Command): void {
  const command = withRelease(program.command('graph'))
    .description('draw which workloads can call each other: routes, TLS and policies')
    .addOption(
      new Option('-o, --output <format>', 'output format; html is a page for a browser')
        .choices(['mermaid', 'dot', 'json', 'table', 'html'])
        .default('mermaid'),
    )
    .option(...AROUND);
  withExamples(withInput(command), 'bookinfo/', 'bookinfo/ --around reviews -o dot | dot -Tsvg').action(
    async (paths: string[], options: GraphCommandOptions) => {
      const { runGraph } = await import('../commands');
      await runGraph(paths, options);
    },
  );
}

/** `meshlint mtls`: the calls of the graph as a table. */
export function mtlsCommand(program: Command): void {
  const command = withRelease(program.command('mtls'))
    .description('show how each client reaches each server: mutual TLS, TLS or plaintext, and which line decides')
    .addOption(new Option('-o, --output <format>', 'output format').choices(['table', 'json']).default('table'))
    .option(...AROUND);
  withExamples(withInput(command), 'bookinfo/', 'bookinfo/ --around reviews').action(
    async (paths: string[], options: GraphCommandOptions) => {
      const { runGraph } = await import('../commands');
      await runGraph(paths, options);
    },
  );
}

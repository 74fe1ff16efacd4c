import { type Command, Option } from 'commander';
import { type InputOptions, withInput } from '../input/load';
import { withRelease } from '../options/release-option';

/** The options of `meshlint graph`. */
export interface GraphCommandOptions extends InputOptions {
  output: 'mermaid' | 'dot' | 'json';
  around?: string;
}

/** `meshlint graph`. */
export function graphCommand(program: Command): void {
  withRelease(withInput(program.command('graph')))
    .description('draw who can call whom, over which routes, with which TLS, and by which policies')
    .addOption(
      new Option('-o, --output <format>', 'the language of the picture')
        .choices(['mermaid', 'dot', 'json'])
        .default('mermaid'),
    )
    .option('--around <name>', 'only what has to do with this service, workload or gateway: NAME or NAME.NAMESPACE')
    .action(async (paths: string[], options: GraphCommandOptions) => {
      const { runGraph } = await import('../commands');
      await runGraph(paths, options);
    });
}

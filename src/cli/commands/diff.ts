import { type Command, Option } from 'commander';
import type { World } from '../../mesh/mesh';
import { completed } from './completion';
import { allowRefused } from '../options/refused-option';
import { withRelease } from '../options/release-option';
import type { Release } from '../../schema/release';
import type { ColourChoice } from '../terminal';

/** The options of `meshlint diff`. */
export interface DiffCommandOptions {
  path: string[];
  with: string[];
  world: World;
  render: boolean;
  istioVersion?: Release[];
  allowRefused?: true;
  context?: string;
  kubeconfig?: string;
  exitCode?: true;
  output: 'text' | 'markdown' | 'json';
  color: ColourChoice | false;
}

/** `meshlint diff`. */
export function diffCommand(program: Command): void {
  withRelease(program.command('diff'))
    .argument('<base>', 'the state before: a git ref, a folder or file, or "cluster"')
    .argument('[head]', 'the state after: the same (default: the working tree)')
    .description('tell which requests behave differently in two states of the configuration')
    .option('--path <path...>', 'what belongs to the mesh in a git ref and in the working tree', ['.'])
    .option('--with <path...>', 'read more files as context for both', [])
    .option('--no-render', 'read the members of kustomizations as they lie there')
    .addOption(new Option('--world <world>').choices(['auto', 'open', 'closed']).default('auto').hideHelp())
    .option('--context <name>', 'the kubectl context of the cluster')
    .option('--kubeconfig <file>', 'the kubectl configuration to use')
    .option('--exit-code', 'exit with 1 where something differs')
    .addOption(allowRefused())
    .addOption(
      completed(new Option('-o, --output <format>', 'how to report; markdown is a table for a pull request'), [
        'text',
        'markdown',
        'json',
      ])
        .choices(['text', 'markdown', 'json'])
        .default('text'),
    )
    .addOption(new Option('--color <when>', 'colour the report').choices(['auto', 'always', 'never']).default('auto'))
    .option('--no-color', 'the same as --color never')
    .action(async (base: string, head: string | undefined, options: DiffCommandOptions) => {
      const { runDiff } = await import('../commands');
      await runDiff(base, head, options);
    });
}

import { type Command, Option } from 'commander';
import type { World } from '../../mesh/mesh';
import { completed } from './completion';
import { allowRefused } from '../options/refused-option';
import { withRelease } from '../options/release-option';
import type { Release } from '../../schema/release';
import type { ColourChoice } from '../terminal';
import { withExamples } from '../options/examples';
import { noColour } from '../options/no-colour';

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
  withExamples(withRelease(program.command('diff')), 'main', 'main HEAD -o markdown', 'cluster deploy/ --exit-code')
    .argument('<base>', 'the state before: a git ref, a folder or file, or "cluster"')
    .argument('[head]', 'the state after: a git ref, a folder or file (default: the working tree)')
    .description('show which requests change between two states of the configuration')
    .addOption(
      new Option('--path <path...>', 'the paths of the mesh in a git ref and in the working tree').default(['.'], '.'),
    )
    .addOption(new Option('--with <path...>', 'read more files as context for both states').default([], 'none'))
    .option('--no-render', 'do not render kustomizations')
    .addOption(new Option('--world <world>').choices(['auto', 'open', 'closed']).default('auto').hideHelp())
    .option('--context <name>', 'the kubectl context to use')
    .option('--kubeconfig <file>', 'the kubeconfig file to use')
    .option('--exit-code', 'exit with status 1 if a request changes')
    .addOption(allowRefused())
    .addOption(
      completed(new Option('-o, --output <format>', 'output format; markdown is a table for a pull request'), [
        'text',
        'markdown',
        'json',
      ])
        .choices(['text', 'markdown', 'json'])
        .default('text'),
    )
    .addOption(new Option('--color <when>', 'colour the output').choices(['auto', 'always', 'never']).default('auto'))
    .addOption(noColour())
    .action(async (base: string, head: string | undefined, options: DiffCommandOptions) => {
      const { runDiff } = await import('../commands');
      await runDiff(base, head, options);
    });
}

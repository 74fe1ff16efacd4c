import { type Command, Option } from 'commander';
import type { World } from '../../mesh/mesh';
import { completed } from './completion';
import { PLUGIN } from '../input/plugin';
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
  namespace?: string;
  exitCode?: true;
  output: 'text' | 'markdown' | 'json';
  color: ColourChoice | false;
}

/** `meshlint diff`; as a plugin of kubectl, the state before is the cluster. */
export function diffCommand(program: Command): void {
  const command = withRelease(program.command('diff'));
  (program.name() === PLUGIN ? plan(command) : comparison(command))
    .addOption(
      new Option('--path <path...>', 'the paths of the mesh in a git ref and in the working tree').default(['.'], '.'),
    )
    .addOption(new Option('--with <path...>', 'read more files as context for both states').default([], 'none'))
    .option('--no-render', 'do not render kustomizations')
    .addOption(new Option('--world <world>').choices(['auto', 'open', 'closed']).default('auto').hideHelp())
    .option('--context <name>', 'the kubectl context to use')
    .option('--kubeconfig <file>', 'the kubeconfig file to use')
    .option('-n, --namespace <name>', 'the namespace of objects in files that have none, as of kubectl apply')
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
    .action(async (...given: unknown[]) => {
      // Commander passes the arguments, the options, and the command.
      const options = given.at(-2) as DiffCommandOptions;
      const names = given
        .slice(0, -2)
        .flat()
        .filter((name) => name !== undefined) as string[];
      const { runDiff } = await import('../commands');
      const isPlan = program.name() === PLUGIN && names[0] !== 'cluster';
      await runDiff(isPlan ? ['cluster', ...names] : names, options);
    });
}

const comparison = (command: Command): Command =>
  withExamples(command, 'main', 'main HEAD -o markdown', 'cluster deploy/ --exit-code')
    .argument('<base>', 'the state before: a git ref, a folder or file, or "cluster"')
    .argument(
      '[head...]',
      'the state after: a git ref, a folder or file (default: the working tree); after "cluster", files and folders to apply to it',
    )
    .description('show which requests change between two states of the configuration');

const plan = (command: Command): Command =>
  withExamples(command, 'deploy/', 'deploy/ -o markdown --exit-code')
    .argument('<files...>', 'files and folders to apply to the cluster, or a git ref with them')
    .description('show which requests change when files are applied to the cluster');

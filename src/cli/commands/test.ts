import { type Command, InvalidArgumentError, Option } from 'commander';
import type { World } from '../../mesh/mesh';
import { allowRefused } from '../options/refused-option';
import { withRelease } from '../options/release-option';
import type { Release } from '../../schema/release';
import type { ColourChoice } from '../terminal';
import { withExamples } from '../options/examples';
import { noColour } from '../options/no-colour';

/** The options of `meshlint test`. */
export interface TestCommandOptions {
  mesh: string[];
  proxy?: string;
  minCoverage?: number;
  world: World;
  render: boolean;
  istioVersion?: Release[];
  allowRefused?: true;
  output: 'text' | 'json' | 'junit';
  color: ColourChoice | false;
}

/** `meshlint test`. */
export function testCommand(program: Command): void {
  withExamples(withRelease(program.command('test')), 'tests/*.yaml', 'tests/*.yaml --mesh deploy/ --min-coverage 80')
    .argument('<files...>', 'test files of meshlint, istio-config-validator or router_check_tool')
    .description('run routing tests: requests and their expected outcome')
    .addOption(
      new Option('--mesh <path...>', 'files and folders of the mesh, in addition to those in the test files').default(
        [],
        'none',
      ),
    )
    .option('--proxy <workload.namespace>', 'the proxy to test, for test files of other tools')
    .option('--min-coverage <percent>', 'fail if the tests cover less of the routes, subsets and policies', percent)
    .option('--no-render', 'do not render kustomizations')
    .addOption(allowRefused())
    .addOption(new Option('--world <world>').choices(['auto', 'open', 'closed']).default('auto').hideHelp())
    .addOption(new Option('-o, --output <format>', 'output format').choices(['text', 'json', 'junit']).default('text'))
    .addOption(new Option('--color <when>', 'colour the output').choices(['auto', 'always', 'never']).default('auto'))
    .addOption(noColour())
    .action(async (files: string[], options: TestCommandOptions) => {
      const { runTest } = await import('../commands');
      await runTest(files, options);
    });
}

function percent(text: string): number {
  const number = Number(text);
  if (text.trim() !== '' && number >= 0 && number <= 100) return number;
  throw new InvalidArgumentError('Expected a number from 0 to 100.');
}

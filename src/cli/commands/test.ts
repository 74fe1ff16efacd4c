import { type Command, InvalidArgumentError, Option } from 'commander';
import type { World } from '../../mesh/mesh';
import { allowRefused } from '../options/refused-option';
import { withRelease } from '../options/release-option';
import type { Release } from '../../schema/release';
import type { ColourChoice } from '../terminal';

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
  withRelease(program.command('test'))
    .argument('<files...>', 'test files: of meshlint, of istio-config-validator, or of router_check_tool')
    .description('run unit tests of a mesh: requests, and what shall come of them')
    .option('--mesh <path...>', 'files and folders of the mesh, beside those that the test files name', [])
    .option('--proxy <workload.namespace>', 'the proxy that tests of other tools are for')
    .option('--min-coverage <percent>', 'fail where the tests touch less of the routes, subsets and policies', percent)
    .option('--no-render', 'read the members of kustomizations as they lie there')
    .addOption(allowRefused())
    .addOption(new Option('--world <world>').choices(['auto', 'open', 'closed']).default('auto').hideHelp())
    .addOption(new Option('-o, --output <format>', 'how to report').choices(['text', 'json', 'junit']).default('text'))
    .addOption(new Option('--color <when>', 'colour the report').choices(['auto', 'always', 'never']).default('auto'))
    .option('--no-color', 'the same as --color never')
    .action(async (files: string[], options: TestCommandOptions) => {
      const { runTest } = await import('../commands');
      await runTest(files, options);
    });
}

function percent(text: string): number {
  const number = Number(text);
  if (text.trim() !== '' && number >= 0 && number <= 100) return number;
  throw new InvalidArgumentError('a percentage is a number from 0 to 100.');
}

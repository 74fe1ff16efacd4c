import { type Command, Option } from 'commander';
import { FORMAT_NAMES } from '../../report/format-names';
import type { Severity } from '../../rules/rule';
import type { ChangeOptions } from '../git/changed';
import { completed } from './completion';
import { withInput } from '../input/load';
import { wholeNumber } from '../options/numbers';
import type { RuleLevel } from '../lint/rule-level';
import { ruleLevels } from '../options/rule-option';
import { type Shard, parseShard } from '../lint/shard';
import { type Output, parseOutput } from '../output';
import { withReleases } from '../options/release-option';
import type { ColourChoice } from '../terminal';
import { withExamples } from '../options/examples';
import { noColour } from '../options/no-colour';

/** The options of `meshlint lint`. */
export interface LintCommandOptions extends ChangeOptions {
  format?: Output[];
  failOn: Severity | 'never';
  maxWarnings?: number;
  quiet?: true;
  info?: true;
  all?: true;
  color: ColourChoice | false;
  rule: RuleLevel[];
  baseline?: string;
  updateBaseline?: true;
  fix?: true;
  dryRun?: true;
  unsafeFixes?: true;
  allKinds?: true;
  timing?: true;
  watch?: true;
  shard?: Shard;
}

/** `meshlint lint`. */
export function lintCommand(program: Command): void {
  const command = withReleases(program.command('lint'))
    .description('find problems in the configuration')
    .addOption(
      completed(
        new Option('-f, --format <format[:file]>', `output format and file; repeatable: ${FORMAT_NAMES.join(', ')}`),
        FORMAT_NAMES,
      ).argParser(parseOutput),
    )
    .addOption(
      new Option('--fail-on <severity>', 'lowest severity that fails the run')
        .choices(['error', 'warning', 'info', 'never'])
        .default('error'),
    )
    .addOption(ruleLevels())
    .option('--baseline <file>', 'hide the findings that this baseline file lists')
    .option('--update-baseline', 'write the current findings to the baseline file')
    .option('--fix', 'apply safe fixes, then report the remaining findings')
    .option('--dry-run', 'with --fix: print the changes without applying them')
    .option('--unsafe-fixes', 'with --fix: also apply fixes that may change the behaviour of the mesh')
    .option('--max-warnings <number>', 'fail if there are more warnings than this', wholeNumber)
    .option('--together', 'the named paths form one mesh: different definitions of one object are an error')
    .option('--all-kinds', 'also check the schemas of kinds that Istio does not read')
    .option('--timing', 'show how long each part of the run takes')
    .option('--watch', 'check again whenever a file changes')
    .option('--shard <number/total>', 'check one part of the files, with all of them as context: 2/8', parseShard)
    .option('-q, --quiet', 'report errors only; does not change the exit status')
    .option('--info', 'also show infos in text and markdown reports')
    .option('--all', 'show every finding in text and markdown reports, without folding equal ones')
    .addOption(
      completed(
        new Option(
          '--changed <ref>',
          'report only findings in lines that changed since the branch point with this git ref',
        ),
        { ask: 'git for-each-ref --format="%(refname:short)"' },
      ).conflicts('staged'),
    )
    .option('--staged', 'check the staged files, and report only findings in staged changes')
    .addOption(new Option('--color <when>', 'colour the output').choices(['auto', 'always', 'never']).default('auto'))
    .addOption(noColour());
  withExamples(
    withInput(command),
    '',
    'deploy/ --format sarif:findings.sarif --fail-on warning',
    '--fix --dry-run',
    '--kube --namespace shop',
  ).action(async (paths: string[], options: LintCommandOptions) => {
    const { runLint } = await import('../commands');
    await runLint(paths, options, program.version() ?? '');
  });
}

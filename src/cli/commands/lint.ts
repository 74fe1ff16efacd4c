import { type Command, Option } from 'commander';
import { FORMAT_NAMES } from '../../report/format-names';
import type { Severity } from '../../rules/rule';
import type { ChangeOptions } from '../git/changed';
import { completed } from './completion';
import { withInput } from '../input/load';
import { wholeNumber } from '../options/numbers';
import { type RuleLevel, parseRuleLevel } from '../lint/rule-level';
import { type Output, parseOutput } from '../output';
import { withReleases } from '../options/release-option';
import type { ColourChoice } from '../terminal';

/** The options of `meshlint lint`. */
export interface LintCommandOptions extends ChangeOptions {
  format?: Output[];
  failOn: Severity | 'never';
  maxWarnings?: number;
  quiet?: true;
  color: ColourChoice | false;
  rule: RuleLevel[];
  baseline?: string;
  updateBaseline?: true;
  fix?: true;
  dryRun?: true;
  unsafeFixes?: true;
  allKinds?: true;
}

/** `meshlint lint`. */
export function lintCommand(program: Command): void {
  withReleases(withInput(program.command('lint')))
    .description('tell what is wrong with the configuration, and where')
    .addOption(
      completed(
        new Option('-f, --format <format[:file]>', `how to report, repeatable: ${FORMAT_NAMES.join(', ')}`),
        FORMAT_NAMES,
      ).argParser(parseOutput),
    )
    .addOption(
      new Option('--fail-on <severity>', 'the least severity that makes the exit status 1')
        .choices(['error', 'warning', 'info', 'never'])
        .default('error'),
    )
    .addOption(
      completed(
        new Option('--rule <name=severity>', 'make a rule an error, a warning or info, or turn it off; repeatable'),
        'rules',
      )
        .argParser(parseRuleLevel)
        .default([], 'as the configuration says'),
    )
    .option('--baseline <file>', 'leave out the findings that this file knows already')
    .option('--update-baseline', 'write what is found into the baseline')
    .option('--fix', 'mend what can be mended safely, then judge what is left')
    .option('--dry-run', 'with --fix: print what it would change, and change nothing')
    .option('--unsafe-fixes', 'with --fix: mend also where that may change what the mesh does')
    .option('--max-warnings <number>', 'more warnings than this make the exit status 1 as well', wholeNumber)
    .option('--all-kinds', 'check also the schemas of kinds that do not concern the mesh')
    .option('-q, --quiet', 'report errors only; the exit status stays the same')
    .addOption(
      completed(
        new Option('--changed <ref>', 'report only what the branch brought or touched since it left this one'),
        { ask: 'git for-each-ref --format="%(refname:short)"' },
      ).conflicts('staged'),
    )
    .option('--staged', 'read what is staged in git, and report only what that brings or touches')
    .addOption(new Option('--color <when>', 'colour the report').choices(['auto', 'always', 'never']).default('auto'))
    .option('--no-color', 'the same as --color never')
    .action(async (paths: string[], options: LintCommandOptions) => {
      const { runLint } = await import('../commands');
      await runLint(paths, options, program.version() ?? '');
    });
}

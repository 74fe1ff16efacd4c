import { type Command, Option } from 'commander';
import { lint } from '../lint';
import { json } from '../report/json';
import { text } from '../report/text';
import { rules } from '../rules';
import type { Severity } from '../rules/rule';
import { type InputOptions, loadMesh, withInput } from './load';
import { type ColourChoice, print, styleFor } from './terminal';

interface LintCommandOptions extends InputOptions {
  format: 'text' | 'json';
  failOn: Severity | 'never';
  color: ColourChoice;
}

const RANK: Record<Severity, number> = { info: 0, warning: 1, error: 2 };

/** `meshlint lint`. */
export function lintCommand(program: Command): void {
  withInput(program.command('lint'))
    .description('tell what is wrong with the configuration, and where')
    .addOption(new Option('-f, --format <format>', 'how to report').choices(['text', 'json']).default('text'))
    .addOption(
      new Option('--fail-on <severity>', 'the least severity that makes the exit status 1')
        .choices(['error', 'warning', 'info', 'never'])
        .default('error'),
    )
    .addOption(new Option('--color <when>', 'colour the report').choices(['auto', 'always', 'never']).default('auto'))
    .action(async (paths: string[], options: LintCommandOptions) => {
      const mesh = loadMesh(paths, options);
      const result = lint(mesh, rules, { today: new Date().toISOString().slice(0, 10) });
      const style = styleFor(process.stdout, options.color);
      await print(options.format === 'json' ? json(mesh, result) : text(mesh, result, style));
      const { failOn } = options;
      if (failOn !== 'never' && result.findings.some(({ severity }) => RANK[severity] >= RANK[failOn]))
        process.exitCode = 1;
    });
}

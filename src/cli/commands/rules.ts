import { type Command, Option } from 'commander';
import { completed } from './completion';
import type { ColourChoice } from '../terminal';

/** The options of `meshlint explain`. */
export interface ExplainOptions {
  color: ColourChoice;
  istioVersion?: string;
  expressions?: string;
  output: 'text' | 'json';
}

/** The options of `meshlint rules`. */
export interface RulesOptions {
  format: 'text' | 'json' | 'markdown';
  color: ColourChoice;
}

const colour = () =>
  new Option('--color <when>', 'colour what is printed').choices(['auto', 'always', 'never']).default('auto');

/** `meshlint rules`. */
export function rulesCommand(program: Command): void {
  program
    .command('rules')
    .description('list the rules')
    .addOption(
      new Option('-f, --format <format>', 'how to list them').choices(['text', 'json', 'markdown']).default('text'),
    )
    .addOption(colour())
    .action(async (options: RulesOptions) => (await import('../commands')).runRules(options));
}

/** `meshlint explain`. */
export function explainCommand(program: Command): void {
  const command = program
    .command('explain')
    .description('explain a rule: why it matters, how to fix the fault, with an example')
    .argument('[rule]', 'the name of a rule, or of its counterpart in istioctl analyze (IST0101) or Kiali (KIA1107)')
    .option(
      '--expressions <file>',
      'with --istio-version 1.4: type and value of each Mixer expression of a list in JSON',
    )
    .addOption(new Option('--istio-version <version>', 'the release that reads the expressions').choices(['1.4']))
    .addOption(
      new Option('-o, --output <format>', 'how to report the expressions').choices(['text', 'json']).default('text'),
    )
    .addOption(colour())
    .action(async (name: string | undefined, options: ExplainOptions) =>
      (await import('../commands')).runExplain(name, options),
    );
  completed(command.registeredArguments[0]!, 'rules');
}

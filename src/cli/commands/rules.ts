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
  new Option('--color <when>', 'colour the output').choices(['auto', 'always', 'never']).default('auto');

/** `meshlint rules`. */
export function rulesCommand(program: Command): void {
  program
    .command('rules')
    .description('list the rules')
    .addOption(
      new Option('-f, --format <format>', 'output format').choices(['text', 'json', 'markdown']).default('text'),
    )
    .addOption(colour())
    .action(async (options: RulesOptions) => (await import('../commands')).runRules(options));
}

/** `meshlint explain`. */
export function explainCommand(program: Command): void {
  const command = program
    .command('explain')
    .description('explain a rule: consequence, fix and an example')
    .argument('[rule]', 'a rule, or its code in istioctl analyze (IST0101) or Kiali (KIA1107)')
    .option('--expressions <file>', 'with --istio-version 1.4: evaluate the Mixer expressions in a JSON file')
    .addOption(new Option('--istio-version <version>', 'the Istio release of the expressions').choices(['1.4']))
    .addOption(
      new Option('-o, --output <format>', 'output format for the expressions')
        .choices(['text', 'json'])
        .default('text'),
    )
    .addOption(colour())
    .action(async (name: string | undefined, options: ExplainOptions) =>
      (await import('../commands')).runExplain(name, options),
    );
  completed(command.registeredArguments[0]!, 'rules');
}

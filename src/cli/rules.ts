import { type Command, Option } from 'commander';
import { completed } from './completion';
import type { ColourChoice } from './terminal';

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
    .action(async (options: RulesOptions) => (await import('./commands')).runRules(options));
}

/** `meshlint explain`. */
export function explainCommand(program: Command): void {
  const command = program
    .command('explain')
    .description('explain a rule: why it matters, how to mend the fault, with an example')
    .argument('<rule>', 'the name of a rule, or of its counterpart in istioctl analyze (IST0101) or Kiali (KIA1107)')
    .addOption(colour())
    .action(async (name: string, options: Pick<RulesOptions, 'color'>) =>
      (await import('./commands')).runExplain(name, options),
    );
  completed(command.registeredArguments[0]!, 'rules');
}

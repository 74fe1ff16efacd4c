import { Argument, type Command, type Option } from 'commander';
import { bashCompletion } from '../completion/bash';
import { fishCompletion } from '../completion/fish';
import { type Values, vocabularyOf } from '../completion/vocabulary';
import { zshCompletion } from '../completion/zsh';
import { print } from '../terminal';

const completions = new WeakMap<Option | Argument, Values | 'rules'>();

/**
 * Says what a value of an option or argument can be: words, the names of the rules, or whatever a command line prints (`{ ask:
 * 'meshlint ...' }`), for what depends on the input. Choices need no saying; everything else is completed as a file.
 */
export function completed<Of extends Option | Argument>(of: Of, values: Values | 'rules'): Of {
  completions.set(of, values);
  return of;
}

const SHELLS = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion };

/** `meshlint completion`: a script that knows all by itself, so that no key starts the program. */
export function completionCommand(program: Command): void {
  program
    .command('completion')
    .description('print a shell completion script: source <(meshlint completion bash)')
    .addArgument(new Argument('<shell>', 'the shell').choices(Object.keys(SHELLS)))
    .action(async (shell: keyof typeof SHELLS) => {
      const { rules } = await import('../commands');
      const names = [...new Set(rules.flatMap(({ name, sameAs }) => [name, ...sameAs]))].sort();
      const vocabulary = vocabularyOf(program, (of) => {
        const known = completions.get(of);
        return known === 'rules' ? names : known;
      });
      await print(SHELLS[shell](vocabulary));
    });
}

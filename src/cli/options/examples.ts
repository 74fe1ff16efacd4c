import type { Command } from 'commander';

/** Adds examples to the help of a command: its arguments, as a user types them after the command's name. */
export const withExamples = (command: Command, ...examples: string[]): Command =>
  command.addHelpText('after', ({ command: shown }) => {
    const start = `${shown.parent?.name() ?? 'meshlint'} ${shown.name()}`;
    return `\nExamples:\n${examples.map((example) => `  $ ${start} ${example}`.trimEnd()).join('\n')}`;
  });

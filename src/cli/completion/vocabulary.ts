import type { Argument, Command, Option } from 'commander';

/** What may stand somewhere: one of some words, what a command line prints, or a file. */
export type Values = readonly string[] | { ask: string } | 'files';

/** An option as a shell must know it. */
export interface OptionWords {
  flags: readonly string[];
  description: string;
  /** Undefined where it takes none. */
  values: Values | undefined;
}

/** A command as a shell must know it. */
export interface CommandWords {
  name: string;
  description: string;
  options: readonly OptionWords[];
  /** What its arguments can be; undefined where it takes none. */
  values: Values | undefined;
}

/** A program as a shell must know it. */
export interface Vocabulary {
  program: string;
  options: readonly OptionWords[];
  commands: readonly CommandWords[];
}

type Known = (of: Option | Argument) => Values | undefined;

/** The words of a program, read from its commands and options. */
export function vocabularyOf(program: Command, known: Known): Vocabulary {
  const help = program.createHelp();
  const options = (command: Command) => help.visibleOptions(command).map((option) => optionWords(option, known));
  return {
    program: 'meshlint',
    options: options(program),
    commands: help.visibleCommands(program).map((command) => ({
      name: command.name(),
      description: command.description(),
      options: command.name() === 'help' ? [] : options(command),
      values: command.name() === 'help' ? namesOf(program) : argumentWords(command, known),
    })),
  };
}

const namesOf = (program: Command): string[] => program.commands.map((command) => command.name());

function optionWords(option: Option, known: Known): OptionWords {
  const { short, long, description, argChoices } = option;
  const values = option.required || option.optional ? (known(option) ?? argChoices ?? 'files') : undefined;
  return { flags: [short, long].filter((flag) => flag !== undefined), description, values };
}

function argumentWords({ registeredArguments: [first] }: Command, known: Known): Values | undefined {
  return first && (known(first) ?? first.argChoices ?? 'files');
}

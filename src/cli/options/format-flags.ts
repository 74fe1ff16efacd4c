import { type Command, Option } from 'commander';

/**
 * Some commands choose their output with `-f, --format`, others with `-o, --output`. Each accepts the flags of the other as well,
 * without showing them in the help.
 */
export function acceptBothFormatFlags(program: Command): void {
  for (const command of program.commands) {
    const format = command.options.find(({ long }) => long === '--format' || long === '--output');
    if (format) command.addOption(otherFlagsOf(format));
  }
}

function otherFlagsOf(option: Option): Option {
  const flags = option.long === '--format' ? '-o, --output <format>' : '-f, --format <format>';
  const other = new Option(flags).hideHelp();
  if (option.parseArg) other.parseArg = option.parseArg;
  if (option.argChoices) other.argChoices = option.argChoices;
  other.attributeName = () => option.attributeName();
  return other;
}

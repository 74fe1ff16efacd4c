import { type Command, Option } from 'commander';

/**
 * Adds the option for the output format of a command. Commands of reports use `--format`, others `--output`; each accepts the flags of
 * the other as well, without showing them in the help.
 */
export const withFormat = (command: Command, option: Option): Command =>
  command.addOption(option).addOption(otherFlags(option));

function otherFlags(option: Option): Option {
  const other = new Option(option.long === '--format' ? '-o, --output <format>' : '-f, --format <format>').hideHelp();
  if (option.parseArg) other.parseArg = option.parseArg;
  if (option.argChoices) other.argChoices = option.argChoices;
  other.attributeName = () => option.attributeName();
  return other;
}

import { Option } from 'commander';

/** `--no-color`, which other tools have as well; `--color never` is the documented form. */
export const noColour = (): Option => new Option('--no-color', 'same as --color never').hideHelp();

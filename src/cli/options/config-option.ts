import { Option } from 'commander';

/** Names the configuration file. */
export const configFile = (): Option =>
  new Option('--config <file>', 'the configuration file (default: the nearest .meshlint.yaml in a parent folder)');

/** Has no configuration file read. */
export const noConfigFile = (): Option => new Option('--no-config', 'do not read a configuration file');

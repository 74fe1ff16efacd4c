import { type Command, Option } from 'commander';
import { withExamples } from '../options/examples';
import { noColour } from '../options/no-colour';
import type { ColourChoice } from '../terminal';
import { configFile, noConfigFile } from '../options/config-option';

/** The options of `meshlint migrate`. */
export interface MigrateCommandOptions {
  with: string[];
  meshConfig?: string;
  config?: string | false;
  namespace?: string;
  stdinFilename: string;
  out?: string;
  check?: true;
  to?: 'gateway-api';
  color: ColourChoice | false;
}

/** `meshlint migrate`. */
export function migrateCommand(program: Command): void {
  const command = program
    .command('migrate')
    .description('write configuration of Istio 1.4 for the newest release: kinds, fields and API versions')
    .argument('[paths...]', 'files, folders, globs, or - for standard input (default: the current folder)')
    .option('--out <folder>', 'write the files to this folder, which is created; default: standard output')
    .option('--check', 'compare requests before and after; print each difference and its reason instead of the files')
    .addOption(
      new Option('--to <api>', 'write Gateways and VirtualServices of the newest release as the Gateway API').choices([
        'gateway-api',
      ]),
    )
    .option('--with <path...>', 'read more files as context, such as Services; they are not migrated', [])
    .option('--mesh-config <file>', 'the MeshConfig, alone or in its ConfigMap (default: that of the input)')
    .addOption(configFile())
    .addOption(noConfigFile())
    .option('-n, --namespace <name>', 'the namespace of objects in files that have none, as of kubectl apply')
    .option('--stdin-filename <name>', 'the file name to report for standard input', '<stdin>')
    .addOption(new Option('--color <when>', 'colour the output').choices(['auto', 'always', 'never']).default('auto'))
    .addOption(noColour());
  withExamples(
    command,
    'policies.yaml --with services.yaml',
    'deploy/ --out migrated/',
    'deploy/ --check',
    'deploy/ --to gateway-api',
  ).action(async (paths: string[], options: MigrateCommandOptions) => {
    const { runMigrate } = await import('../commands');
    await runMigrate(paths, options);
  });
}

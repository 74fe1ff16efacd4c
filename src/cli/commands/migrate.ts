import type { Command } from 'commander';
import { withExamples } from '../options/examples';

/** The options of `meshlint migrate`. */
export interface MigrateCommandOptions {
  with: string[];
  meshConfig?: string;
  config?: string | false;
  namespace?: string;
  stdinFilename: string;
  out?: string;
}

/** `meshlint migrate`. */
export function migrateCommand(program: Command): void {
  const command = program
    .command('migrate')
    .description('write configuration of Istio 1.4 for the newest release: kinds, fields and API versions')
    .argument('[paths...]', 'files, folders, globs, or - for standard input (default: the current folder)')
    .option('--out <folder>', 'write the files to this folder, which is created; default: standard output')
    .option('--with <path...>', 'read more files as context, such as Services; they are not migrated', [])
    .option('--mesh-config <file>', 'the MeshConfig, alone or in its ConfigMap (default: that of the input)')
    .option('--config <file>', 'the configuration file (default: the nearest .meshlint.yaml in a parent folder)')
    .option('--no-config', 'do not read a configuration file')
    .option('-n, --namespace <name>', 'the namespace of objects in files that have none, as of kubectl apply')
    .option('--stdin-filename <name>', 'the file name to report for standard input', '<stdin>');
  withExamples(command, 'policies.yaml --with services.yaml', 'deploy/ --out migrated/').action(
    async (paths: string[], options: MigrateCommandOptions) => {
      const { runMigrate } = await import('../commands');
      await runMigrate(paths, options);
    },
  );
}

import type { Command } from 'commander';
import { type InputOptions, withInput } from '../input/load';

/** `meshlint snapshot`. */
export function snapshotCommand(program: Command): void {
  withInput(program.command('snapshot'), true)
    .description('write what a cluster holds of the mesh as YAML, for work without the cluster; secrets are left out')
    .action(async (paths: string[], options: InputOptions) => {
      const { runSnapshot } = await import('../commands');
      await runSnapshot(paths, options);
    });
}

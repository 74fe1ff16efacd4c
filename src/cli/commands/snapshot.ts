import type { Command } from 'commander';
import { type InputOptions, withInput } from '../input/load';
import { withExamples } from '../options/examples';

/** `meshlint snapshot`. */
export function snapshotCommand(program: Command): void {
  const command = program
    .command('snapshot')
    .description('save the mesh configuration of a cluster as YAML, for offline use; without secret values');
  withExamples(withInput(command, true), '> mesh.yaml', '--context prod --namespace shop > shop.yaml').action(
    async (paths: string[], options: InputOptions) => {
      const { runSnapshot } = await import('../commands');
      await runSnapshot(paths, options);
    },
  );
}

import type { Command } from 'commander';

/** The options of `meshlint install-hook`. */
export interface HookOptions {
  uninstall?: true;
}

/** `meshlint install-hook`. */
export function hookCommand(program: Command): void {
  program
    .command('install-hook')
    .description('let git lint what is staged before each commit; a hook that is there already keeps running')
    .option('--uninstall', 'undo it')
    .action(async (options: HookOptions) => (await import('../commands')).runHook(options));
}

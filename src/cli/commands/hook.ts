import type { Command } from 'commander';

/** The options of `meshlint install-hook`. */
export interface HookOptions {
  uninstall?: true;
}

/** `meshlint install-hook`. */
export function hookCommand(program: Command): void {
  program
    .command('install-hook')
    .description('install a git pre-commit hook that lints staged files; an existing hook still runs')
    .option('--uninstall', 'remove the hook')
    .action(async (options: HookOptions) => (await import('../commands')).runHook(options));
}

import type { Command } from 'commander';
import { withExamples } from '../options/examples';

/** `meshlint lsp`. */
export function lspCommand(program: Command): void {
  const command = program
    .command('lsp')
    .description('serve editors: findings while you type, fixes, and where names are declared')
    .option('--stdio', 'use standard input and output, as is always done; editors pass it');
  withExamples(command, '').action(async () => {
    const { runLsp } = await import('../commands');
    await runLsp(program.version() ?? '');
  });
}

import { Command, CommanderError } from 'commander';
import { completionCommand } from './commands/completion';
import { diffCommand } from './commands/diff';
import { envoyCommand } from './commands/envoy';
import { traceOf } from './faults';
import { acceptBothFormatFlags } from './options/format-flags';
import { graphCommand, mtlsCommand } from './commands/graph';
import { hookCommand } from './commands/hook';
import { lintCommand } from './commands/lint';
import { lspCommand } from './commands/lsp';
import { migrateCommand } from './commands/migrate';
import { explainCommand, rulesCommand } from './commands/rules';
import { simulateCommand } from './commands/simulate';
import { snapshotCommand } from './commands/snapshot';
import { guardOutput, say, sayLines } from './terminal';
import { testCommand } from './commands/test';
import { webhookCommand } from './commands/webhook';
import { isUsageError } from './usage-error';

const COMMANDS = [
  lintCommand,
  simulateCommand,
  envoyCommand,
  testCommand,
  diffCommand,
  graphCommand,
  mtlsCommand,
  migrateCommand,
  snapshotCommand,
  rulesCommand,
  explainCommand,
  hookCommand,
  lspCommand,
  webhookCommand,
  completionCommand,
];

/** Runs the command line. Exit status: 0 clean, 1 findings, 2 wrong usage or unreadable input, 3 a fault of our own. */
export async function main(argv: readonly string[], version: string, name = 'meshlint'): Promise<void> {
  guardOutput(name);
  const program = new Command(name)
    .description('Lints Istio configuration and simulates requests through it, offline.')
    .version(version)
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({ outputError: (text) => sayLines(text.replace(/^error: /, `${name}: `)) });
  for (const command of COMMANDS) command(program);
  acceptBothFormatFlags(program);
  try {
    await program.parseAsync(argv);
  } catch (error) {
    process.exitCode = exitStatus(error, name);
  }
}

function exitStatus(error: unknown, name: string): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? Number(process.exitCode ?? 0) : 2;
  if (isUsageError(error)) {
    for (const line of error.lines) say(`${name}: ${line}`);
    return 2;
  }
  sayLines(`${name}: internal fault, please report it: ${traceOf(error)}`);
  return 3;
}

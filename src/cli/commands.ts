/** What the commands do. The build keeps it apart from their options, so that help and completion need not load it. */
export { runDiff } from './commands/run-diff';
export { runEnvoy } from './commands/run-envoy';
export { runGraph } from './commands/run-graph';
export { runHook } from './commands/run-hook';
export { runMigrate } from './commands/run-migrate';
export { runLsp } from './commands/run-lsp';
export { runLint } from './commands/run-lint';
export { runExplain, runRules } from './commands/run-rules';
export { runSimulate } from './commands/run-simulate';
export { runSnapshot } from './commands/run-snapshot';
export { runTest } from './commands/run-test';
export { runWebhook } from './commands/run-webhook';
export { rules } from '../rules';

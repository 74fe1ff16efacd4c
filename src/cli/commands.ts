/** What the commands do. The build keeps it apart from their options, so that help and completion need not load it. */
export { runDiff } from './run-diff';
export { runEnvoy } from './run-envoy';
export { runGraph } from './run-graph';
export { runHook } from './run-hook';
export { runLint } from './run-lint';
export { runExplain, runRules } from './run-rules';
export { runSimulate } from './run-simulate';
export { runSnapshot } from './run-snapshot';
export { runTest } from './run-test';
export { rules } from '../rules';

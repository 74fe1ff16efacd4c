/** What the commands do. The build keeps it apart from their options, so that help and completion need not load it. */
export { runLint } from './run-lint';

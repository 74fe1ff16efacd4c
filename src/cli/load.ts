import type { Command } from 'commander';
import { Option } from 'commander';
import { Mesh, type World } from '../mesh/mesh';
import { readPaths } from './files';
import { say } from './terminal';
import { UsageError } from './usage-error';

/** The options by which every command is told what to read. */
export interface InputOptions {
  world: World;
  with: string[];
  stdinFilename: string;
  allowEmpty?: true;
}

/** Adds the options of InputOptions to a command. */
export function withInput(command: Command): Command {
  return command
    .argument('[paths...]', 'files, folders, globs, or - for standard input (default: the current folder)')
    .option('--with <path...>', 'read more files as context: they are referred to, not judged', [])
    .addOption(
      new Option('--world <world>', 'what a missing object means: it does not exist (closed), or is unknown (open)')
        .choices(['auto', 'open', 'closed'])
        .default('auto'),
    )
    .option('--stdin-filename <name>', 'the name of what standard input holds', '<stdin>')
    .option('--allow-empty', 'an input without Kubernetes objects is no error');
}

/** Reads the input into a mesh. Throws a UsageError where there is nothing to judge. */
export function loadMesh(paths: readonly string[], options: InputOptions): Mesh {
  const judged = readPaths(paths.length ? paths : ['.'], 'judged', options.stdinFilename);
  const context = readPaths(options.with, 'context', options.stdinFilename);
  for (const file of judged)
    if (file.resources.length === 0 && file.problems.length === 0 && paths.includes(file.path))
      say(`meshlint: no Kubernetes object in "${file.path}"`);
  const files = [...judged, ...context];
  if (!options.allowEmpty && files.every(({ resources, problems }) => resources.length + problems.length === 0))
    throw new UsageError(
      `no Istio or Kubernetes configuration found in ${paths.length ? paths.join(', ') : 'this folder'}`,
    );
  return new Mesh(files, { world: options.world });
}

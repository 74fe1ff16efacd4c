/** `meshlint lint --watch`: runs again when a file changes. */
import { type FSWatcher, statSync, watch } from 'node:fs';
import { dirname, relative, resolve, sep } from 'node:path';
import { reportFaults } from '../faults';
import { say } from '../terminal';
import { UsageError, isUsageError } from '../usage-error';
import type { LintCommandOptions } from '../commands/lint';

/** Editors write a file in several steps: what changes within so many milliseconds is one change. */
const PAUSE = 150;
const CLEAR = '\u001b[2J\u001b[3J\u001b[H';

/** Refuses what makes no sense when it is repeated. */
export function checkWatchOptions(paths: readonly string[], options: LintCommandOptions, isLive: boolean): void {
  if (paths.includes('-')) throw new UsageError('--watch needs files or folders; standard input does not change');
  if (isLive) throw new UsageError('--watch reads files only; a cluster is not watched');
  const other = options.fix ? '--fix' : options.updateBaseline ? '--update-baseline' : undefined;
  if (other) throw new UsageError(`--watch cannot be used with ${other}`);
}

/** Runs, and again after each change below some paths, until the process is ended. */
export async function repeatedly(
  paths: readonly string[],
  options: LintCommandOptions,
  run: () => Promise<void>,
): Promise<void> {
  const written = (options.format ?? []).flatMap(({ file }) => (file === undefined ? [] : resolve(file)));
  for (let changed: string | undefined; ;) {
    if (process.stdout.isTTY) process.stdout.write(CLEAR);
    if (changed !== undefined) say(`meshlint: ${relative('.', changed)} changed`);
    // Watching begins before the files are read, so that no change is lost.
    const next = nextChange(paths, (path) => isInput(path) && !written.includes(path));
    const ended = run()
      .catch(sayError)
      .then(() => say('meshlint: waiting for changes; press Ctrl+C to stop'));
    [changed] = await Promise.all([next, ended]);
  }
}

const isInput = (path: string): boolean =>
  /\.(ya?ml|json|tpl)$|ignore$/.test(path) && !/[/\\](\.git|node_modules)[/\\]/.test(path);

function sayError(error: unknown): void {
  if (isUsageError(error)) for (const line of error.lines) say(`meshlint: ${line}`);
  else reportFaults([{ where: 'this run', error }]);
}

/** The path that changed last, once nothing has changed for some time. */
function nextChange(paths: readonly string[], counts: (path: string) => boolean): Promise<string> {
  return new Promise((done, fail) => {
    const watchers: FSWatcher[] = [];
    let timer: NodeJS.Timeout | undefined;
    const end = (): void => watchers.forEach((each) => each.close());
    const hear = (path: string): void => {
      if (!counts(path)) return;
      clearTimeout(timer);
      timer = setTimeout(() => {
        end();
        done(path);
      }, PAUSE);
    };
    try {
      for (const path of paths) watchers.push(watcherOf(path, hear, fail));
    } catch (error) {
      end();
      fail(new UsageError(`cannot watch the files: ${error instanceof Error ? error.message : String(error)}`));
    }
  });
}

/** Of a file its folder is watched: editors replace files by others of the same name. */
function watcherOf(path: string, hear: (path: string) => void, fail: (error: unknown) => void): FSWatcher {
  const isFolder = statSync(path).isDirectory();
  const folder = isFolder ? path : dirname(path);
  const file = resolve(path);
  return watch(folder, { recursive: isFolder }, (_, name) => {
    if (name === null) return;
    const changed = resolve(folder, name.split('/').join(sep));
    if (isFolder || changed === file) hear(changed);
  }).on('error', fail);
}

import { chmodSync, existsSync, lstatSync, mkdirSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { git, repositoryHere } from '../git/git';
import type { HookOptions } from './hook';
import { whyUnwritable } from '../input/read-text';
import { print } from '../terminal';
import { bytesOf } from '../input/boundary';
import { UsageError, isUsageError } from '../usage-error';

/** By this line we know a hook as ours. */
const MARK = '# Installed by `meshlint install-hook`; `meshlint install-hook --uninstall` takes it away again.';
const KEPT = 'pre-commit.before-meshlint';

/** Where git looks for hooks, and how to name that to the user. */
interface Hooks {
  folder: string;
  hook: string;
  kept: string;
  /** The top folder of the work tree. */
  root: string;
}

/** Puts a hook into the repository of the working directory, or takes it away. */
export function runHook({ uninstall }: HookOptions): Promise<void> {
  const hooks = hooksHere();
  return print(`${placed(hooks, uninstall ? remove : install)}\n`);
}

/** A folder where a hook should be, or a file where the folder should be, is a fault of the repository. */
function placed(hooks: Hooks, change: (hooks: Hooks) => string): string {
  try {
    return change(hooks);
  } catch (error) {
    if (isUsageError(error)) throw error;
    throw new UsageError(`cannot write the hook "${named(hooks.hook)}": ${whyUnwritable(error)}`);
  }
}

/** Where git looks for hooks; `core.hooksPath` is in its answer. */
function hooksHere(): Hooks {
  const { root } = repositoryHere();
  const folder = resolve(root, git(root, ['rev-parse', '--git-path', 'hooks']).toString().trimEnd());
  // Husky writes its folder anew and finds the hooks it calls by the name under which it was called itself.
  if (folder.endsWith('/.husky/_'))
    throw new UsageError(
      'husky manages the hooks of this repository: add "meshlint lint --staged" to .husky/pre-commit',
    );
  return { folder, hook: join(folder, 'pre-commit'), kept: join(folder, KEPT), root };
}

function install({ folder, hook, kept, root }: Hooks): string {
  const program = realpathSync(process.argv[1]!);
  // A branch that is checked out could bring another program in that place.
  if (program.startsWith(realpathSync(root) + sep))
    throw new UsageError(
      `meshlint is installed in this repository ("${named(program)}"), so a branch could replace it; install it outside, for example with npm install --global meshlint`,
    );
  const found = contentOf(hook);
  const isForeign = found !== undefined && !found.includes(MARK);
  if (isForeign && contentOf(kept) !== undefined)
    throw new UsageError(`both "pre-commit" and "${KEPT}" exist in "${named(folder)}"; meshlint does not replace them`);
  mkdirSync(folder, { recursive: true });
  if (isForeign) renameSync(hook, kept);
  // A new file: a link in its place is not followed.
  rmSync(hook, { force: true });
  writeFileSync(hook, script(process.execPath, program), { flag: 'wx' });
  chmodSync(hook, 0o755);
  const before = contentOf(kept) === undefined ? '' : '; the hook that was there runs first';
  return `installed "${named(hook)}"${before}`;
}

function remove({ folder, hook, kept }: Hooks): string {
  if (!contentOf(hook)?.includes(MARK)) return `no hook of meshlint in "${named(folder)}"`;
  rmSync(hook);
  if (contentOf(kept) === undefined) return `removed "${named(hook)}"`;
  renameSync(kept, hook);
  return `removed "${named(hook)}"; the hook that was there before stands in its place again`;
}

function contentOf(path: string): string | undefined {
  if (!lstatSync(path, { throwIfNoEntry: false })) return undefined;
  return existsSync(path) ? bytesOf(path).toString('latin1') : '';
}

const named = (path: string): string => relative(process.cwd(), path) || '.';

/** The hook remembers the program that installed it, and falls back on the one that the PATH knows. */
const script = (node: string, program: string): string => `#!/bin/sh
${MARK}
before="$(dirname -- "$0")/${KEPT}"
if [ -x "$before" ]; then "$before" "$@" || exit; fi

node=${quoted(node)}
meshlint=${quoted(program)}
if [ -x "$node" ] && [ -f "$meshlint" ]; then exec "$node" "$meshlint" lint --staged; fi
if command -v meshlint >/dev/null; then exec meshlint lint --staged; fi
echo 'meshlint is gone; its hook can be removed with: rm "'"$0"'"' >&2
exit 1
`;

const quoted = (text: string): string => `'${text.replace(/'/g, `'\\''`)}'`;

import { spawnSync } from 'node:child_process';
import { UsageError } from './usage-error';

/** A git repository, seen from the working directory. */
export interface Repository {
  /** The top folder of the work tree. */
  root: string;
  /** The way from there to the working directory, with a slash at its end; empty at the top. */
  prefix: string;
}

/** What git answers, or undefined where it refuses. */
export function tryGit(folder: string, args: readonly string[], input?: string): Buffer | undefined {
  const { status, stdout } = run(folder, args, input);
  return status === 0 ? stdout : undefined;
}

/** What git answers; a refusal is told in git's own words. */
export function git(folder: string, args: readonly string[], input?: string): Buffer {
  const { status, stdout, stderr } = run(folder, args, input);
  if (status === 0) return stdout;
  throw new UsageError(`git ${args[0]}: ${firstLine(stderr.toString())}`);
}

/**
 * A repository can bring settings of git along, in a bare repository among its files above all. None of them may run a program or reach
 * another machine: such repositories are not used, and what would start a hook, a monitor of files or a transfer is off.
 */
const SETTINGS = [
  'core.quotePath=false',
  'core.fsmonitor=false',
  'safe.bareRepository=explicit',
  'protocol.allow=never',
].flatMap((setting) => ['-c', setting]);

/** git must neither fetch an object that is missing nor refresh the index, which starts a hook. */
const ENVIRONMENT = {
  LC_ALL: 'C',
  GIT_NO_LAZY_FETCH: '1',
  GIT_OPTIONAL_LOCKS: '0',
};

function run(folder: string, args: readonly string[], input?: string) {
  const options = { cwd: folder, input, maxBuffer: Infinity, env: { ...process.env, ...ENVIRONMENT } };
  const result = spawnSync('git', [...SETTINGS, ...args], options);
  if (result.error) throw new UsageError(`git cannot be started: ${(result.error as NodeJS.ErrnoException).code}`);
  return result;
}

const firstLine = (text: string): string =>
  text
    .trim()
    .split('\n')[0]!
    .replace(/^fatal: /, '');

/** The repository of the working directory. */
export function repositoryHere(): Repository {
  const { status, stdout, stderr } = run('.', ['rev-parse', '--show-toplevel', '--show-prefix']);
  if (status === 0) {
    const [root = '', prefix = ''] = stdout.toString().split('\n');
    return { root, prefix };
  }
  const reason = firstLine(stderr.toString());
  throw new UsageError(
    /not a git repository/.test(reason) ? 'this folder is not in a git repository' : `git: ${reason}`,
  );
}

/** The commit that a name means. */
export function commitNamed(ref: string, { root }: Repository): string {
  const commit = ref.startsWith('-')
    ? undefined
    : tryGit(root, ['rev-parse', '--verify', '--quiet', `${ref}^{commit}`]);
  if (commit) return commit.toString().trim();
  const shallow = tryGit(root, ['rev-parse', '--is-shallow-repository'])?.toString().trim() === 'true';
  const hint = shallow ? '; this clone is shallow: fetch that commit first' : '';
  throw new UsageError(`git knows no commit "${ref}"${hint}`);
}

/** The commit at which the current branch left another; that other itself where they have none in common. */
export function forkPoint(commit: string, { root }: Repository): string {
  return tryGit(root, ['merge-base', commit, 'HEAD'])?.toString().trim() || commit;
}

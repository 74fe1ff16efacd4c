import { spawnSync } from 'node:child_process';
import { dirname } from 'node:path';
import { onPath } from '../process';
import { UsageError } from '../usage-error';

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

/** git by its path: it runs in folders of the input, where a relative entry of the PATH would find a program of the repository. */
function gitProgram(): string {
  const program = onPath('git');
  if (program === undefined) throw new UsageError('git is not installed or not on the PATH; install it');
  return program;
}

function run(folder: string, args: readonly string[], input?: string) {
  const env = { ...process.env, ...ENVIRONMENT, ...(args[0] === 'diff' && withoutFilters(folder)) };
  const options = { cwd: folder, input, maxBuffer: Infinity, env };
  const result = spawnSync(gitProgram(), [...SETTINGS, ...args], options);
  if (result.error) throw new UsageError(`git cannot be started: ${codeOf(result.error)}`);
  return result;
}

const codeOf = ({ code = 'unknown error' }: NodeJS.ErrnoException): string => code;

const FILTERS = /^filter\..*\.(clean|smudge|process)$/s;

/**
 * The environment in which git runs no filter of the repository: a comparison with the working tree would ask them what to compare.
 * As variables, as a name may hold what ends a key on the command line.
 */
function withoutFilters(folder: string): NodeJS.ProcessEnv {
  const env = { ...process.env, ...ENVIRONMENT };
  const args = [...SETTINGS, 'config', '--null', '--name-only', '--list'];
  const { stdout } = spawnSync(gitProgram(), args, { cwd: folder, maxBuffer: Infinity, env });
  const names = new Set(
    String(stdout ?? '')
      .split('\0')
      .filter((name) => FILTERS.test(name)),
  );
  const required = [...names].map((name) => [name.replace(/\.\w+$/, '.required'), 'false'] as const);
  const settings = [...[...names].map((name) => [name, ''] as const), ...required];
  const before = Number(process.env['GIT_CONFIG_COUNT'] ?? 0);
  const variables = settings.flatMap(([key, value], index) => [
    [`GIT_CONFIG_KEY_${before + index}`, key],
    [`GIT_CONFIG_VALUE_${before + index}`, value],
  ]);
  return {
    ...(Object.fromEntries(variables) as Record<string, string>),
    GIT_CONFIG_COUNT: String(before + settings.length),
  };
}

const firstLine = (text: string): string =>
  text
    .trim()
    .split('\n')[0]!
    .replace(/^fatal: /, '');

/** A hook of git sets these for its own repository, whatever folder is asked about. */
const OF_ONE_REPOSITORY = /^GIT_(DIR|WORK_TREE|INDEX_FILE|COMMON_DIR|OBJECT_DIRECTORY|NAMESPACE|PREFIX)$/;

/**
 * The paths below a folder, relative to it, that its repository tracks or does not ignore; of a repository within only its folder.
 * Undefined where git is missing or refuses.
 */
export function listedByGit(folder: string, root: string): string[] | undefined {
  const program = onPath('git');
  if (program === undefined) return undefined;
  const own = Object.entries(process.env).filter(([name]) => !OF_ONE_REPOSITORY.test(name));
  const env = { ...Object.fromEntries(own), ...ENVIRONMENT, GIT_CEILING_DIRECTORIES: dirname(root) };
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--exclude=node_modules'];
  const { status, stdout } = spawnSync(program, [...SETTINGS, ...args], { cwd: folder, maxBuffer: Infinity, env });
  if (status !== 0) return undefined;
  const paths = stdout.toString().split('\0').filter(Boolean);
  return paths.map((path) => path.replace(/\/$/, '').normalize());
}

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
  throw new UsageError(`unknown git commit "${ref}"${hint}`);
}

/** The commit at which the current branch left another; that other itself where they have none in common. */
export function forkPoint(commit: string, { root }: Repository): string {
  return tryGit(root, ['merge-base', commit, 'HEAD'])?.toString().trim() || commit;
}

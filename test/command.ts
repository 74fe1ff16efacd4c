import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, realpathSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';

/** The program as users run it. */
export const BIN = resolve('bin/meshlint.js');

/** How a program ended and what it said. */
export interface Ended {
  status: number | null;
  stdout: string;
  stderr: string;
}

/** Where and with what a program runs. */
export interface Setting {
  cwd?: string | undefined;
  env?: Record<string, string | undefined>;
  input?: string;
}

/** Variables of the machine that runs the tests must not decide what they see. */
const CALM: Record<string, string | undefined> = {
  NO_COLOR: undefined,
  FORCE_COLOR: undefined,
  GITHUB_STEP_SUMMARY: undefined,
  PRE_COMMIT: undefined,
  GIT_DIR: undefined,
  GIT_INDEX_FILE: undefined,
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.com',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.com',
};

/** Runs a program to its end. */
export function run(program: string, args: readonly string[], { cwd, env, input }: Setting = {}): Ended {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd,
    input,
    env: { ...process.env, ...CALM, ...env },
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (error) throw error;
  return { status, stdout, stderr };
}

/** Runs a program without input to its end, while others run. */
export async function runBeside(program: string, args: readonly string[], { cwd, env }: Setting = {}): Promise<Ended> {
  const child = spawn(program, args, {
    cwd,
    env: { ...process.env, ...CALM, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve));
  const [status, stdout, stderr] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  return { status, stdout, stderr };
}

/** Runs meshlint as it was built last. */
export const meshlint = (args: readonly string[], setting: Setting = {}): Ended =>
  run(process.execPath, [BIN, ...args], setting);

/** Fails where dist/ is not what the sources would be built to: the tests would judge yesterday's program. */
export function expectFreshBuild(): void {
  const built = statSync('dist/cli.cjs', { throwIfNoEntry: false })?.mtimeMs;
  if (built === undefined) throw new Error('dist/ is missing: npm run build');
  const sources = readdirSync('src', { recursive: true, encoding: 'utf8' }).map((name) => join('src', name));
  const newer = sources.find((path) => statSync(path).isFile() && statSync(path).mtimeMs > built);
  if (newer) throw new Error(`dist/ is older than ${newer}: npm run build`);
}

/** Does something in a folder that is gone afterwards. */
export async function inScratch<Result>(body: (folder: string) => Result | Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'meshlint-test-'));
  try {
    return await body(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

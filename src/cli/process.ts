import { spawn } from 'node:child_process';
import { accessSync, constants, existsSync, mkdtempSync, realpathSync, rmSync, statSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { delimiter, isAbsolute, join } from 'node:path';

/** How a program ended: its exit status (null where a signal ended it), and what it wrote. */
export interface Finished {
  status: number | null;
  stdout: string;
  stderr: string;
}

/** A program wrote more than is read of it. */
export class TooMuchOutput extends Error {}

/** The program is not on the PATH. */
export class MissingProgram extends Error {
  constructor(readonly program: string) {
    super(`"${program}" is not on the PATH`);
  }
}

export interface RunOptions {
  /** Takes standard output as it comes, instead of having it in the result. */
  onOutput?: (chunk: Buffer) => void;
  /** Ends the program. */
  signal?: AbortSignal;
  /** Ends the program after so many seconds. */
  seconds?: number;
  /** Ends the program with TooMuchOutput after so many bytes of output and messages. */
  bytes?: number;
  /** The most bytes of memory that the program may use, where the system can limit that. */
  memory?: number;
  /** Whether the program may ask the user something, such as a login. */
  interactive?: boolean;
  /** What the program gets instead of our environment and our working directory. */
  isolation?: Isolation;
}

/** Where a program runs that reads what nobody vouches for: without our environment, and nothing else is on its PATH. */
export interface Isolation {
  env: NodeJS.ProcessEnv;
  cwd: string;
}

/** Does something with an empty folder, which a program takes for its home, its working directory and its PATH. */
export async function isolated<Result>(body: (isolation: Isolation) => Promise<Result>): Promise<Result> {
  const cwd = realpathSync(mkdtempSync(join(tmpdir(), 'meshlint-render-')));
  try {
    return await body({ cwd, env: { HOME: cwd, PATH: cwd, TMPDIR: cwd } });
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
}

/** What names of programs end with. */
const SUFFIX = process.platform === 'win32' ? '.exe' : '';

/** Where on the PATH a program lies. Entries that are relative would find programs of the repository. */
export function onPath(program: string): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter(isAbsolute);
  return folders.map((folder) => join(folder, program + SUFFIX)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** Runs a program to its end. Throws MissingProgram; how it ended otherwise is for the caller to judge. */
export function run(name: string, args: readonly string[], options: RunOptions = {}): Promise<Finished> {
  const program = isAbsolute(name) ? name : onPath(name);
  if (program === undefined) return Promise.reject(new MissingProgram(name));
  const stdin = options.interactive && process.stdin.isTTY ? 'inherit' : 'ignore';
  return new Promise((resolve, reject) => {
    const child = spawn(...limited(program, args, options.memory), {
      stdio: [stdin, 'pipe', 'pipe'],
      signal: options.signal,
      timeout: options.seconds === undefined ? undefined : options.seconds * 1000,
      killSignal: 'SIGKILL',
      env: options.isolation?.env ?? process.env,
      cwd: options.isolation?.cwd,
    });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    const onOutput = options.onOutput ?? ((chunk: Buffer) => stdout.push(chunk));
    let left = options.bytes ?? Infinity;
    const countOutput = (chunk: Buffer): void => {
      left -= chunk.length;
      if (left >= 0) return;
      child.kill('SIGKILL');
      reject(new TooMuchOutput());
    };
    child.stdout.on('data', (chunk: Buffer) => {
      countOutput(chunk);
      try {
        onOutput(chunk);
      } catch (error) {
        child.kill();
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    });
    child.stderr.on('data', (chunk: Buffer) => {
      countOutput(chunk);
      stderr.push(chunk);
    });
    child.on('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'ENOENT' || error.code === 'EACCES' ? new MissingProgram(name) : error),
    );
    child.on('close', (status) => resolve({ status, stdout: joined(stdout), stderr: joined(stderr) }));
  });
}

const SHELL = '/bin/sh';

/** The command that runs a program with a limit of its memory: Node.js can set none, so a shell does and becomes the program. */
function limited(program: string, args: readonly string[], memory: number | undefined): [string, readonly string[]] {
  if (memory === undefined || !existsSync(SHELL)) return [program, args];
  const kibibytes = Math.floor(memory / 1024);
  return [SHELL, ['-c', `ulimit -v ${kibibytes} 2>/dev/null; exec "$0" "$@"`, program, ...args]];
}

const joined = (chunks: readonly Buffer[]) => Buffer.concat(chunks).toString('utf8');

/** Does a job for every item, a few at a time, and gives the results in the order of the items. The first failure ends all. */
export async function inParallel<Item, Result>(
  items: readonly Item[],
  job: (item: Item, signal: AbortSignal) => Promise<Result>,
  most = Math.max(availableParallelism(), 2),
): Promise<Result[]> {
  const results: Result[] = [];
  const abort = new AbortController();
  const waiting = items.entries();
  const worker = async () => {
    for (const [index, item] of waiting) results[index] = await job(item, abort.signal);
  };
  try {
    await Promise.all(Array.from({ length: Math.min(most, items.length) }, worker));
  } catch (error) {
    abort.abort();
    throw error;
  }
  return results;
}

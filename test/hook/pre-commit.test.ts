import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { type Ended, run } from '../command';

jest.setTimeout(600_000);

/** The real pre-commit: in the environment that .ci/run makes, or the one on the PATH. */
const OWN = resolve('.cache/pre-commit/bin/pre-commit');
const PRE_COMMIT = existsSync(OWN) ? OWN : 'pre-commit';

const MAP = (name: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n`;
const EXCUSED = MAP('a').replace('  name', '  # meshlint: allow duplicate-resource -- both are wanted\n  name');

/** Holds this repository as it is now, as a hook repository; what pre-commit makes of it; and a user's repository. */
let scratch: string;
let user: string;

beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'meshlint-hook-'));
  const hooks = join(scratch, 'meshlint');
  const files = expectSuccess(run('git', ['ls-files', '-co', '--exclude-standard', '-z'])).stdout.split('\0');
  for (const file of files.filter((path) => path && existsSync(path))) cpSync(file, join(hooks, file));
  for (const args of [
    ['init', '-q'],
    ['add', '-A'],
    ['commit', '-q', '-m', 'now'],
  ])
    expectSuccess(run('git', args, { cwd: hooks }));
  const rev = run('git', ['rev-parse', 'HEAD'], { cwd: hooks }).stdout.trim();

  user = join(scratch, 'user');
  mkdirSync(user);
  git('init', '-q', '-b', 'main');
  const config = `repos:\n- repo: ${hooks}\n  rev: ${rev}\n  hooks:\n  - id: meshlint\n    verbose: true\n`;
  commit({ '.pre-commit-config.yaml': config, 'old.yaml': `${MAP('old')}---\n${MAP('old')}` });
  expectSuccess(preCommit('install', '--install-hooks'));
});

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

beforeEach(() => {
  git('reset', '-q', '--hard');
  git('clean', '-q', '-f', '-d');
});

function expectSuccess(ended: Ended): Ended {
  if (ended.status !== 0) throw new Error(`${ended.stdout}\n${ended.stderr}`);
  return ended;
}

const env = () => ({ PRE_COMMIT_HOME: join(scratch, 'home') });
const inUser = (program: string, ...args: string[]) => run(program, args, { cwd: user, env: env() });
const git = (...args: string[]) => expectSuccess(inUser('git', ...args));
const preCommit = (...args: string[]) => inUser(PRE_COMMIT, ...args);

function write(files: Record<string, string>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(user, path)), { recursive: true });
    writeFileSync(join(user, path), text);
  }
}

function commit(files: Record<string, string> = {}): Ended {
  write(files);
  git('add', '-A');
  return inUser('git', 'commit', '-m', 'a change');
}

const said = ({ stdout, stderr }: Ended): string => `${stdout}${stderr}`;

test('lets a commit without a fault pass, whatever was wrong before', () => {
  const ended = commit({ 'good.yaml': MAP('good') });
  expect(said(ended)).toContain('no findings');
  expect(ended.status).toBe(0);
});

test('blocks a commit with a fault, and names its place', () => {
  const ended = commit({ 'bad.yaml': `${MAP('bad')}---\n${MAP('bad')}` });
  expect(ended.status).toBe(1);
  expect(said(ended)).toContain('bad.yaml:9:9 error: ConfigMap default/bad is defined twice');
  expect(said(ended)).not.toContain('old.yaml');
});

test('judges what is staged, not the working tree', () => {
  write({ 'bad.yaml': `${MAP('bad')}---\n${MAP('bad')}` });
  git('add', '-A');
  write({ 'bad.yaml': MAP('bad') });
  expect(inUser('git', 'commit', '-m', 'a change').status).toBe(1);

  git('reset', '-q', '--hard');
  write({ 'fine.yaml': MAP('fine') });
  git('add', '-A');
  write({ 'fine.yaml': `${MAP('fine')}---\n${MAP('fine')}`, 'untracked.yaml': MAP('fine') });
  expect(inUser('git', 'commit', '-m', 'a change').status).toBe(0);
});

test('blocks a commit that breaks what it does not touch', () => {
  expect(commit({ 'z.yaml': MAP('shared') }).status).toBe(0);
  const ended = commit({ 'a.yaml': MAP('shared') });
  expect(ended.status).toBe(1);
  expect(said(ended)).toContain('z.yaml:4:9 error: ConfigMap default/shared is defined twice');
});

test('runs on a commit that only deletes', () => {
  expect(commit({ 'a.yaml': MAP('a'), 'b.yaml': EXCUSED }).status).toBe(0);
  unlinkSync(join(user, 'a.yaml'));
  const ended = commit();
  expect(said(ended)).toContain('nothing here is suppressed by "duplicate-resource"');
});

test('has nothing to say to a commit of something else', () => {
  const ended = commit({ 'main.go': 'package main\n' });
  expect(ended.status).toBe(0);
  expect(said(ended)).toContain('nothing is staged that could concern the mesh');
});

test('judges all files, or those of a range of commits, where pre-commit is asked to', () => {
  const all = preCommit('run', '--all-files');
  expect(all.status).toBe(1);
  expect(said(all)).toContain('old.yaml:9:9 error');
  const range = preCommit('run', '--from-ref', 'HEAD~1', '--to-ref', 'HEAD');
  expect(said(range)).not.toContain('old.yaml');
  expect(range.status).toBe(0);
});

test('takes well under a second', () => {
  write({ 'good.yaml': MAP('quick') });
  git('add', '-A');
  const runs = [1, 2, 3].map(() => Number(/duration: ([\d.]+)s/.exec(preCommit('run').stdout)![1]));
  expect(Math.min(...runs)).toBeLessThan(1);
});

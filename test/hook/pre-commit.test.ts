import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { type Ended, run } from '../command';

jest.setTimeout(600_000);

/** The real pre-commit: in the environment that .ci/run makes, or the one on the PATH. */
const OWN = resolve('.cache/pre-commit/bin/pre-commit');
const PRE_COMMIT = existsSync(OWN) ? OWN : 'pre-commit';

const MAP = (name: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n`;
const TWICE = (name: string) => `${MAP(name)}---\n${MAP(name)}data: { other: definition }\n`;
/** A Service, a subset of it, and a route to the subset. */
const SERVICE =
  'apiVersion: v1\nkind: Service\nmetadata: { name: cart }\nspec: { selector: { app: cart }, ports: [{ name: http, port: 80 }] }\n';
const SUBSET = (name: string) =>
  `apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: { name: cart }\nspec: { host: cart, subsets: [{ name: ${name}, labels: { version: ${name} } }] }\n`;
const ROUTE =
  'apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: { name: cart }\nspec: { hosts: [cart], http: [{ route: [{ destination: { host: cart, subset: v1 } }] }] }\n';

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
  commit({ '.pre-commit-config.yaml': config, 'old.yaml': TWICE('old') });
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
  const ended = commit({ 'bad.yaml': TWICE('bad') });
  expect(ended.status).toBe(1);
  expect(said(ended)).toContain('bad.yaml:9:9 error: ConfigMap default/bad is defined twice');
  expect(said(ended)).not.toContain('old.yaml');
});

test('judges what is staged, not the working tree', () => {
  write({ 'bad.yaml': TWICE('bad') });
  git('add', '-A');
  write({ 'bad.yaml': MAP('bad') });
  expect(inUser('git', 'commit', '-m', 'a change').status).toBe(1);

  git('reset', '-q', '--hard');
  write({ 'fine.yaml': MAP('fine') });
  git('add', '-A');
  write({ 'fine.yaml': TWICE('fine'), 'untracked.yaml': MAP('fine') });
  expect(inUser('git', 'commit', '-m', 'a change').status).toBe(0);
});

test('blocks a commit that breaks what it does not touch', () => {
  expect(commit({ 'service.yaml': SERVICE, 'rule.yaml': SUBSET('v1'), 'route.yaml': ROUTE }).status).toBe(0);
  const ended = commit({ 'rule.yaml': SUBSET('v2') });
  expect(ended.status).toBe(1);
  expect(said(ended)).toContain('route.yaml:4:78 error: VirtualService default/cart: host "cart" has no subset "v1"');
});

test('runs on a commit that only deletes', () => {
  const second = SUBSET('v2').replace('name: cart', 'name: cart-v2');
  const files = { 'service.yaml': SERVICE, 'rule.yaml': SUBSET('v1'), 'second.yaml': second, 'route.yaml': ROUTE };
  expect(commit(files).status).toBe(0);
  unlinkSync(join(user, 'rule.yaml'));
  const ended = commit();
  expect(said(ended)).toContain('host "cart" has no subset "v1"');
  expect(ended.status).toBe(1);
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

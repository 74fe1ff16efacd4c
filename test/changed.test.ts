import { mkdirSync, readdirSync, renameSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseDiff } from '../src/cli/git/changed-lines';
import { type Setting, expectFreshBuild, inScratch, meshlint, run } from './command';

beforeAll(expectFreshBuild);

const MAP = (name: string, more = '') => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n${more}`;
const TWICE = (name: string) => `${MAP(name)}---\n${MAP(name, 'data: {a: b}\n')}`;
/** Two of one host conflict where they lie in one folder. */
const ROUTES = (name: string, host: string, comment = '') =>
  `apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: ${name}}\nspec:\n${comment}` +
  `  hosts: [${host}]\n  http: [{route: [{destination: {host: ${host}}}]}]\n`;

/** A repository in a folder of its own, written and asked as a person would. */
class Sandbox {
  readonly folder: string;

  constructor(private readonly scratch: string) {
    this.folder = join(scratch, 'repository');
    mkdirSync(this.folder);
    mkdirSync(join(scratch, 'tmp'));
    this.git('init', '-q', '-b', 'main');
  }

  git(...args: string[]): string {
    const { status, stdout, stderr } = run('git', args, { cwd: this.folder });
    if (status !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`);
    return stdout;
  }

  write(files: Record<string, string>): this {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.folder, path)), { recursive: true });
      writeFileSync(join(this.folder, path), text);
    }
    return this;
  }

  commit(files: Record<string, string> = {}): this {
    this.write(files).git('add', '-A');
    this.git('commit', '-q', '--allow-empty', '-m', 'a change');
    return this;
  }

  /** `file:line rule` of every finding. */
  lint(args: string[], { cwd = '.', env = {} }: Setting = {}): string[] {
    const { status, stdout, stderr } = meshlint(['lint', '-f', 'compact', '--fail-on', 'info', ...args], {
      cwd: join(this.folder, cwd),
      // What Node.js 22 keeps there is its own.
      env: { ...env, TMPDIR: join(this.scratch, 'tmp'), NODE_DISABLE_COMPILE_CACHE: '1' },
    });
    expect(readdirSync(join(this.scratch, 'tmp'))).toEqual([]);
    if (status !== (stdout ? 1 : 0)) throw new Error(`status ${status}: ${stderr}`);
    return stdout
      .split('\n')
      .filter(Boolean)
      .map((line) => line.replace(/^(.*):(\d+):\d+: .*\[(.*)\]$/, '$1:$2 $3'));
  }
}

const sandbox = (body: (repository: Sandbox) => void) => inScratch((scratch) => body(new Sandbox(scratch)));

describe('lint --changed', () => {
  test('is silent about what was there before, even where its lines have moved', () =>
    sandbox((repository) => {
      repository.commit({ 'old.yaml': TWICE('old') });
      repository.write({ 'old.yaml': `# moved\n\n${TWICE('old')}`, 'new.yaml': MAP('new') });
      expect(repository.lint([])).toEqual(['old.yaml:11 duplicate-resource']);
      expect(repository.lint(['--changed', 'HEAD'])).toEqual([]);
    }));

  test('reports what a change brings, in a file of its own and in files it does not touch', () =>
    sandbox((repository) => {
      repository.commit({ 'old.yaml': TWICE('old'), 'z.yaml': ROUTES('z', 'shared.test') });
      repository.write({ 'a.yaml': ROUTES('a', 'shared.test'), 'b.yaml': TWICE('b') });
      const brought = [
        'a.yaml:5 conflicting-virtual-services',
        'b.yaml:9 duplicate-resource',
        'z.yaml:5 conflicting-virtual-services',
      ];
      expect(repository.lint(['--changed', 'HEAD'])).toEqual(brought);
      repository.commit();
      expect(repository.lint(['--changed', 'HEAD~1'])).toEqual(brought);
      expect(repository.lint(['--changed', 'HEAD'])).toEqual([]);
    }));

  test('reports what a deletion brings', () =>
    sandbox((repository) => {
      const excuse = '  # meshlint: allow conflicting-virtual-services -- both are wanted\n';
      repository.commit({
        'a.yaml': ROUTES('a', 'shared.test'),
        'b.yaml': ROUTES('b', 'shared.test', excuse),
      });
      unlinkSync(join(repository.folder, 'a.yaml'));
      expect(repository.lint(['--changed', 'HEAD'])).toEqual(['b.yaml:5 unused-suppression']);
    }));

  test('reports an old fault in a line that was written anew', () =>
    sandbox((repository) => {
      repository.commit({ 'old.yaml': TWICE('old') });
      repository.write({ 'old.yaml': TWICE('old').replace(/old\ndata/, 'old # a word\ndata') });
      expect(repository.lint(['--changed', 'HEAD'])).toEqual(['old.yaml:9 duplicate-resource']);
    }));

  test('reports one more of a fault that was there once, and not the first', () =>
    sandbox((repository) => {
      repository.commit({ 'old.yaml': TWICE('old') });
      repository.write({ 'old.yaml': `${TWICE('old')}---\n${MAP('old', 'data: {c: d}\n')}` });
      expect(repository.lint(['--changed', 'HEAD'])).toEqual(['old.yaml:15 duplicate-resource']);
    }));

  test('compares with where the branch began: what the other branch mended meanwhile is not ours', () =>
    sandbox((repository) => {
      repository.commit({ 'old.yaml': TWICE('old') });
      repository.git('checkout', '-q', '-b', 'feature');
      repository.commit({ 'new.yaml': TWICE('new') });
      repository.git('checkout', '-q', 'main');
      repository.commit({ 'old.yaml': MAP('old') });
      repository.git('checkout', '-q', 'feature');
      expect(repository.lint(['--changed', 'main'])).toEqual(['new.yaml:9 duplicate-resource']);
    }));

  test('knows a file that was renamed', () =>
    sandbox((repository) => {
      repository.commit({ 'old.yaml': TWICE('old') });
      renameSync(join(repository.folder, 'old.yaml'), join(repository.folder, 'renamed.yaml'));
      repository.git('add', '-A');
      expect(repository.lint(['--changed', 'HEAD'])).toEqual([]);
    }));

  test('works from a folder below the top, and names files as they were given', () =>
    sandbox((repository) => {
      repository.commit({ 'apps/old.yaml': TWICE('old'), 'base/base.yaml': MAP('base') });
      repository.write({ 'apps/new.yaml': TWICE('base') });
      expect(repository.lint(['--changed', 'HEAD', '../base'], { cwd: 'apps' })).toEqual([]);
      expect(repository.lint(['--changed', 'HEAD', '../base', '.'], { cwd: 'apps' })).toEqual([
        'new.yaml:9 duplicate-resource',
      ]);
      const absolute = join(repository.folder, 'apps');
      const named = ['new.yaml:9 duplicate-resource'];
      expect(repository.lint(['--changed', 'HEAD', absolute], { cwd: 'apps' })).toEqual(named);
    }));

  test('takes paths that were not there before', () =>
    sandbox((repository) => {
      repository.commit({ 'old/old.yaml': TWICE('old') });
      repository.write({ 'new/new.yaml': TWICE('new') });
      expect(repository.lint(['--changed', 'HEAD', 'old', 'new'])).toEqual(['new/new.yaml:9 duplicate-resource']);
    }));

  test('reads names with spaces, quotes and letters of any script', () =>
    sandbox((repository) => {
      const name = 'ü "x"\t 名.yaml';
      repository.commit({ [name]: TWICE('old') });
      expect(repository.lint(['--changed', 'HEAD'])).toEqual([]);
      repository.write({ [name]: TWICE('other') });
      expect(repository.lint(['--changed', 'HEAD'])).toEqual([`${name.replace('\t', '\\t')}:9 duplicate-resource`]);
    }));

  test('follows links to files as the working tree has them', () =>
    sandbox((repository) => {
      repository.write({ 'a/real.yaml': TWICE('a') });
      mkdirSync(join(repository.folder, 'b'));
      symlinkSync('../a/real.yaml', join(repository.folder, 'b/link.yaml'));
      repository.commit();
      expect(repository.lint([])).toEqual(['a/real.yaml:9 duplicate-resource', 'b/link.yaml:9 duplicate-resource']);
      expect(repository.lint(['--changed', 'HEAD'])).toEqual([]);
    }));
});

describe('lint --staged', () => {
  test('reads the index, not the working tree', () =>
    sandbox((repository) => {
      repository.commit({ 'a.yaml': MAP('a') });
      repository.write({ 'a.yaml': TWICE('a') }).git('add', '-A');
      repository.write({ 'a.yaml': MAP('a') });
      expect(repository.lint(['--staged'])).toEqual(['a.yaml:9 duplicate-resource']);
      repository.git('add', '-A');
      repository.write({ 'a.yaml': TWICE('a'), 'untracked.yaml': MAP('a') });
      expect(repository.lint(['--staged'])).toEqual([]);
    }));

  test('judges with the rest of the index as context, and leaves old faults alone', () =>
    sandbox((repository) => {
      repository.commit({ 'old.yaml': TWICE('old'), 'shared.yaml': ROUTES('shared', 'shared.test') });
      repository.write({ 'z.yaml': ROUTES('z', 'shared.test') }).git('add', '-A');
      expect(repository.lint(['--staged'])).toEqual([
        'shared.yaml:5 conflicting-virtual-services',
        'z.yaml:5 conflicting-virtual-services',
      ]);
    }));

  test('works before the first commit', () =>
    sandbox((repository) => {
      repository.write({ 'a.yaml': TWICE('a') }).git('add', '-A');
      expect(repository.lint(['--staged'])).toEqual(['a.yaml:9 duplicate-resource']);
    }));

  test('is content where nothing is staged, or nothing that matters', () =>
    sandbox((repository) => {
      repository.commit({ 'old.yaml': TWICE('old') });
      expect(repository.lint(['--staged'])).toEqual([]);
      repository.write({ 'main.go': 'package main\n' }).git('add', '-A');
      expect(repository.lint(['--staged'])).toEqual([]);
      repository.git('rm', '-q', '--cached', 'old.yaml');
      expect(repository.lint(['--staged'])).toEqual([]);
    }));

  test('does as the pre-commit framework asks: all files, or those between two commits', () =>
    sandbox((repository) => {
      repository.commit({ 'old.yaml': TWICE('old') }).commit({ 'new.yaml': TWICE('new') });
      const all = ['new.yaml:9 duplicate-resource', 'old.yaml:9 duplicate-resource'];
      expect(repository.lint(['--staged'], { env: { PRE_COMMIT: '1' } })).toEqual(all);
      const env = { PRE_COMMIT: '1', PRE_COMMIT_FROM_REF: 'HEAD~1', PRE_COMMIT_TO_REF: 'HEAD' };
      expect(repository.lint(['--staged'], { env })).toEqual(all.slice(0, 1));
      const hook = { PRE_COMMIT: '1', GIT_INDEX_FILE: join(repository.folder, '.git/index') };
      expect(repository.lint(['--staged'], { env: hook })).toEqual([]);
    }));
});

test('a diff is read by its hunks: text that looks like a header is text', () => {
  const diff = [
    'diff --git a/a.yaml b/a.yaml',
    '--- a/a.yaml',
    '+++ b/a.yaml',
    '@@ -1,2 +1 @@',
    '--- a/old.yaml',
    '-x',
    '+++ b/not-a-file.yaml',
    '\\ No newline at end of file',
    '@@ -7,0 +6,3 @@',
    '+a',
    '+diff --git a/x b/x',
    '+c',
    '@@ -20,2 +21,0 @@',
    '-a',
    '-b',
    'diff --git a/b c.yaml b/b c.yaml',
    '--- a/b c.yaml\t',
    '+++ b/b c.yaml\t',
    '@@ -3 +3 @@',
    '-a',
    '+b',
  ].join('\n');
  expect([...parseDiff(diff)]).toEqual([
    [
      'a.yaml',
      [
        [1, 1],
        [6, 8],
      ],
    ],
    ['b c.yaml', [[3, 3]]],
  ]);
});

import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { loadAll } from 'js-yaml';
import { BIN, type Ended, expectFreshBuild, inScratch, run } from './command';

beforeAll(expectFreshBuild);

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
const documents = (path: string) => loadAll(readFileSync(path, 'utf8')) as Record<string, never>[];

/**
 * A folder of commands that stands first on the PATH: meshlint as built, and an npm that installs it where it runs and says what it was
 * asked for, and where.
 */
function commands(folder: string): { PATH: string } {
  const bin = join(folder, 'bin');
  const meshlint = `exec '${process.execPath}' '${BIN}'`;
  const installed = `mkdir -p node_modules && ln -s '${resolve('.')}' node_modules/meshlint\n`;
  write(bin, {
    meshlint: `#!/bin/sh\n${meshlint} "$@"\n`,
    npm: `#!/bin/sh\nfor package in "$@"; do :; done\necho "npm $1 $package in $PWD" >&2\n${installed}`,
    npx: '#!/bin/sh\necho "npx takes what the checkout brings" >&2\nexit 9\n',
  });
  for (const name of ['meshlint', 'npm', 'npx']) chmodSync(join(bin, name), 0o755);
  return { PATH: `${bin}:${process.env['PATH']}` };
}

function write(folder: string, files: Record<string, string>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

const MAP = (name: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n`;
const TWICE = (name: string) => `${MAP(name)}---\n${MAP(name)}data: { other: definition }\n`;

describe('the GitHub action', () => {
  const [action] = documents('action.yml') as unknown as [
    { inputs: Record<string, { default: string }>; runs: { steps: { run: string; env: Record<string, string> }[] } },
  ];
  const [step] = action.runs.steps;

  /** Runs the step as GitHub does: inputs as variables, the repository as the working directory. */
  function act(folder: string, given: Record<string, string>): Ended {
    const value = (expression: string) => {
      const [, context, name = ''] = /^\$\{\{ (inputs|github)\.([\w-]+) \}\}$/.exec(expression)!;
      return context === 'inputs' ? (given[name] ?? action.inputs[name]!.default) : resolve('.');
    };
    const variables = Object.fromEntries(Object.entries(step!.env).map(([key, text]) => [key, value(text)]));
    const env = { ...commands(folder), ...variables, GITHUB_STEP_SUMMARY: join(folder, 'summary.md') };
    return run('bash', ['-eo', 'pipefail', '-c', step!.run], { cwd: join(folder, 'repository'), env });
  }

  test('runs the package of its own version, and annotates', () =>
    inScratch((folder) => {
      write(join(folder, 'repository'), { 'deploy/a.yaml': TWICE('a'), 'deploy b/a.yaml': MAP('b') });
      const { status, stdout, stderr } = act(folder, { paths: 'deploy\n', sarif: 'out.sarif' });
      expect(stderr).toContain(`npm install meshlint@${version} in ${tmpdir()}/meshlint.`);
      expect(stdout).toMatch(/^::error file=deploy\/a.yaml,line=9/);
      expect(status).toBe(1);
      expect(readFileSync(join(folder, 'summary.md'), 'utf8')).toContain('1 error');
      expect(readFileSync(join(folder, 'repository/out.sarif'), 'utf8')).toContain('"2.1.0"');
    }));

  test('runs nothing that the checkout brings, and no version that is not exact', () =>
    inScratch((folder) => {
      const bin = '#!/bin/sh\ntouch "$0.was-run"\n';
      write(join(folder, 'repository'), {
        'a.yaml': MAP('a'),
        '.npmrc': 'registry=http://127.0.0.1:9/\n',
        'node_modules/.bin/meshlint': bin,
        'node_modules/meshlint/bin/meshlint.js': 'process.exit(7)',
      });
      chmodSync(join(folder, 'repository/node_modules/.bin/meshlint'), 0o755);
      const { status, stderr } = act(folder, {});
      expect(stderr).not.toContain(`in ${folder}`);
      expect(status).toBe(0);
      expect(existsSync(join(folder, 'repository/node_modules/.bin/meshlint.was-run'))).toBe(false);
      expect(act(folder, { version: 'latest' }).status).toBe(2);
      expect(act(folder, { version: 'file:.' }).status).toBe(2);
    }));

  test('takes thresholds and further options, and runs nothing that stands in an input', () =>
    inScratch((folder) => {
      write(join(folder, 'repository'), { 'a.yaml': TWICE('a') });
      expect(act(folder, { 'fail-on': 'never' }).status).toBe(0);
      expect(act(folder, { args: '--world closed --quiet', 'max-warnings': '3' }).status).toBe(1);
      expect(act(folder, { paths: '$(touch made) `touch made`' }).status).toBe(2);
      expect(run('ls', [], { cwd: join(folder, 'repository') }).stdout).toBe('a.yaml\n');
    }));

  test('fetches what it compares with where the clone is shallow', () =>
    inScratch((folder) => {
      const origin = join(folder, 'origin');
      const git = (cwd: string, ...args: string[]) => run('git', args, { cwd });
      write(origin, { 'old.yaml': TWICE('old') });
      git(origin, 'init', '-q', '-b', 'main');
      git(origin, 'add', '-A');
      git(origin, 'commit', '-q', '-m', 'before');
      git(origin, 'checkout', '-q', '-b', 'feature');
      write(origin, { 'new.yaml': TWICE('new') });
      git(origin, 'add', '-A');
      git(origin, 'commit', '-q', '-m', 'after');
      git(folder, 'clone', '-q', '--depth=1', '--branch', 'feature', `file://${origin}`, 'repository');
      expect(git(join(folder, 'repository'), 'rev-parse', '-q', '--verify', 'main').status).not.toBe(0);
      const { stdout } = act(folder, { changed: 'main' });
      expect(stdout).toMatch(/^::error file=new.yaml,line=9[^\n]*\n$/);
    }));
});

describe('the GitLab template', () => {
  const [{ spec }, { meshlint: job }] = documents('templates/meshlint.gitlab-ci.yml') as unknown as [
    { spec: { inputs: Record<string, { default: string }> } },
    { meshlint: { script: string[]; artifacts: { reports: { codequality: string } } } },
  ];
  const script = (given: Record<string, string>) =>
    job.script
      .join('\n')
      .replace(/\$\[\[ inputs\.([\w-]+) \]\]/g, (_, name: string) => given[name] ?? spec.inputs[name]!.default);

  test('runs the package of this version, and leaves the report where GitLab looks for it', () =>
    inScratch((folder) => {
      write(join(folder, 'repository'), { 'deploy/a.yaml': TWICE('a') });
      const cwd = join(folder, 'repository');
      const { status, stdout, stderr } = run('bash', ['-ec', script({ paths: 'deploy' })], {
        cwd,
        env: commands(folder),
      });
      expect(stderr).toMatch(new RegExp(`^npm install meshlint@${version} in ${tmpdir()}/[^\n]+\n$`));
      expect(stdout).toContain('deploy/a.yaml:9:9 error');
      expect(status).toBe(1);
      const report = JSON.parse(readFileSync(join(cwd, job.artifacts.reports.codequality), 'utf8')) as object[];
      expect(report).toHaveLength(1);
    }));

  test('reports what a merge request brings', () =>
    inScratch((folder) => {
      const cwd = join(folder, 'repository');
      write(cwd, { 'old.yaml': TWICE('old') });
      for (const args of [
        ['init', '-q'],
        ['add', '-A'],
        ['commit', '-q', '-m', 'before'],
      ])
        run('git', args, { cwd });
      const env = {
        ...commands(folder),
        CI_MERGE_REQUEST_DIFF_BASE_SHA: run('git', ['rev-parse', 'HEAD'], { cwd }).stdout.trim(),
      };
      expect(run('bash', ['-ec', script({})], { cwd, env }).status).toBe(0);
    }));
});

describe('the recipes of docs/ci.md', () => {
  const text = readFileSync('docs/ci.md', 'utf8');
  const recipes = [...text.matchAll(/^```sh needs=(\S+)\n([^]*?)^```/gm)].map(([, needs = '', recipe = '']) => ({
    needs,
    recipe,
  }));
  const isHere = (program: string) => run('sh', ['-c', `command -v ${program}`]).status === 0;
  const titled = recipes.map(
    ({ needs, recipe }) =>
      [
        recipe
          .split('\n')
          .find((line) => line.includes('meshlint'))!
          .trim(),
        needs,
        recipe,
      ] as const,
  );

  test('name what they need', () => {
    expect(new Set(recipes.map(({ needs }) => needs))).toEqual(
      new Set(['helm', 'kubectl', 'kustomize', 'argocd-server', 'flux']),
    );
  });

  for (const [title, needs, recipe] of titled) {
    const tried = isHere(needs) ? test : test.skip;
    tried(`${title}${isHere(needs) ? '' : ` (skipped: there is no ${needs} here)`}`, () =>
      inScratch((folder) => {
        const work = join(folder, 'work');
        cpSync('fixtures/ci', work, { recursive: true });
        const lint = () => run('bash', ['-c', recipe], { cwd: work, env: commands(folder) });
        expect(lint()).toMatchObject({ status: 0, stdout: expect.stringContaining('no findings') as string });
        // The same with a mistake in what is rendered.
        for (const path of ['chart/templates/gateway.yaml', 'base/gateway.yaml']) {
          const right = readFileSync(join(work, path), 'utf8');
          writeFileSync(join(work, path), right.replace('protocol:', 'protocoll:'));
        }
        expect(lint()).toMatchObject({ status: 1, stdout: expect.stringContaining('protocoll') as string });
      }),
    );
  }

  test('mention the version that is current', () => {
    for (const [, mentioned] of text.matchAll(/\bv(\d+\.\d+\.\d+)\b/g)) expect(mentioned).toBe(version);
  });
});

import { spawnSync } from 'node:child_process';
import { mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findConfiguration } from '../src/cli/configuration/find';
import { leftOut } from '../src/cli/configuration/severities';
import { settingsIn, severityOf } from '../src/cli/configuration/settings';
import { type InputOptions, loadMeshes } from '../src/cli/input/load';
import { lint } from '../src/lint';
import { isAssumed } from '../src/mesh/assumed';
import { rootNamespace } from '../src/mesh/settings/mesh-config';
import { rules } from '../src/rules';
import type { Rule } from '../src/rules/rule';
import { read } from '../src/source/read';
import { inScratch } from './command';
import { meshOf, networking } from './mesh-of';
import { unknownService } from './rules-for-tests';

const OPTIONS: InputOptions = { with: [], stdinFilename: '-', render: true };

/** Does something in a folder of its own that holds these files. */
const within = (files: Record<string, string>, body: () => unknown): Promise<void> =>
  inScratch(async (folder) => {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    const home = process.cwd();
    process.chdir(folder);
    try {
      await body();
    } finally {
      process.chdir(home);
    }
  });

const ruleNamed = (name: string): Rule => rules.find((rule) => rule.name === name)!;

/** How severe a rule is in a file, as a configuration has it. */
function levelIn(config: string, name: string, path: string, namespace = 'shop'): string {
  const [resource] = read(path, networking('VirtualService', `${namespace}/a`, 'hosts: [a]')).resources;
  const rule = ruleNamed(name);
  return severityOf(settingsIn(config))(rule, resource!.root, rule.severity);
}

describe('a configuration is found', () => {
  const files = { '.git/HEAD': '', '.meshlint.yaml': '', 'a/.meshlint.yml': '', 'a/b/x.yaml': '', 'c/x.yaml': '' };

  test('above all that is read, and nearest to it', () =>
    within(files, () => {
      expect(findConfiguration([])).toBe('.meshlint.yaml');
      expect(findConfiguration(['-'])).toBe('.meshlint.yaml');
      expect(findConfiguration(['a/b'])).toBe('a/.meshlint.yml');
      expect(findConfiguration(['a/b/x.yaml'])).toBe('a/.meshlint.yml');
      expect(findConfiguration(['a/b/*.yaml'])).toBe('a/.meshlint.yml');
      expect(findConfiguration(['a/b', 'c/x.yaml'])).toBe('.meshlint.yaml');
    }));

  test('in the repository, and not around it', () =>
    within({ '.meshlint.yaml': '', 'inner/.git/HEAD': '', 'inner/x/y.yaml': '' }, () => {
      expect(findConfiguration(['inner/x'])).toBeUndefined();
    }));
});

describe('severities', () => {
  test('are said of rules, by name or code, and the last word wins', () =>
    within(
      {
        'c.yaml': `
rules: {IST0106: info, duplicate-resource: off}
overrides:
  - {files: [legacy], rules: {schema-violation: off}}
  - {files: ['*.test.yaml'], rules: {schema-violation: warning}}
  - {namespaces: ['dev-*'], rules: {schema-violation: warning}}
`,
      },
      () => {
        expect(levelIn('c.yaml', 'duplicate-resource', 'a.yaml')).toBe('off');
        expect(levelIn('c.yaml', 'schema-violation', 'a.yaml')).toBe('info');
        expect(levelIn('c.yaml', 'schema-violation', 'legacy/deep/a.yaml')).toBe('off');
        expect(levelIn('c.yaml', 'schema-violation', 'legacy/deep/a.test.yaml')).toBe('warning');
        expect(levelIn('c.yaml', 'schema-violation', 'a.yaml', 'dev-ada')).toBe('warning');
        expect(levelIn('c.yaml', 'yaml-syntax', 'a.yaml')).toBe('error');
      },
    ));

  test('come from what a configuration builds on, and can be changed after it', () =>
    within(
      {
        'base/b.yaml': 'extends: [strict]\noverrides: [{files: [x], rules: {schema-violation: info}}]',
        'c.yaml': 'extends: [base/b.yaml]\nrules: {unused-suppression: info}',
      },
      () => {
        expect(levelIn('base/b.yaml', 'unused-suppression', 'a.yaml')).toBe('error');
        expect(levelIn('c.yaml', 'unused-suppression', 'a.yaml')).toBe('info');
        // A pattern means the folder of the file that it stands in.
        expect(levelIn('c.yaml', 'schema-violation', 'base/x/a.yaml')).toBe('info');
        expect(levelIn('c.yaml', 'schema-violation', 'x/a.yaml')).toBe('error');
      },
    ));

  test('of istio-1.4 are for that release', () =>
    within({ 'c.yaml': 'extends: [istio-1.4]' }, () => {
      expect(settingsIn('c.yaml').release).toBe('1.4');
    }));

  test('nothing is said of what is left out, unless it was asked for', () =>
    within({ 'c.yaml': 'ignore: [made]' }, () => {
      const { ignored } = settingsIn('c.yaml');
      const level = (path: string, paths: string[]) =>
        leftOut(ignored, paths)(ruleNamed('schema-violation'), read(path, 'a').spot({ start: 0, end: 1 }), 'error');
      expect(level('a/made/x.yaml', ['.'])).toBe('off');
      expect(level('a/x.yaml', ['.'])).toBe('error');
      expect(level('a/made/x.yaml', ['a/made'])).toBe('error');
      expect(level('a/made/x.yaml', ['a/made/x.yaml'])).toBe('error');
      expect(level('b/made/x.yaml', ['a/made'])).toBe('off');
    }));

  test('a circle is refused', () =>
    within({ 'a.yaml': 'extends: [./b.yaml]', 'b.yaml': 'extends: [./a.yaml]' }, () => {
      expect(() => settingsIn('a.yaml')).toThrow('b.yaml:1:11: "./a.yaml" builds on this very file');
    }));

  test('a file that many others build on is read once, and what is said last of it counts', () => {
    const files: Record<string, string> = {
      'x.yaml': 'with: [x.yaml]\nrules: {yaml-syntax: info}',
      'w.yaml': 'rules: {yaml-syntax: warning}',
      'c.yaml': 'extends: [x.yaml, w.yaml, l0.yaml, r0.yaml, w.yaml, x.yaml]',
    };
    for (let level = 0; level < 30; level++)
      for (const side of ['l', 'r'])
        files[`${side}${level}.yaml`] =
          level === 29 ? 'extends: [x.yaml]' : `extends: [l${level + 1}.yaml, r${level + 1}.yaml]`;
    return within(files, () => {
      expect(settingsIn('c.yaml').with).toEqual(['x.yaml']);
      expect(levelIn('c.yaml', 'yaml-syntax', 'a.yaml')).toBe('info');
      expect(levelIn('l0.yaml', 'yaml-syntax', 'a.yaml')).toBe('info');
    });
  });

  test('a chain of many files is refused', () => {
    const files: Record<string, string> = { 'c102.yaml': '{}' };
    for (let level = 0; level < 102; level++) files[`c${level}.yaml`] = `extends: [c${level + 1}.yaml]`;
    return within(files, () => {
      expect(() => settingsIn('c0.yaml')).toThrow('"extends" is nested more than 100 levels deep');
      expect(settingsIn('c2.yaml').with).toEqual([]);
    });
  });
});

describe('what a configuration says of the input', () => {
  const route = networking('VirtualService', 'shop/a', 'hosts: [a], http: [{route: [{destination: {host: b}}]}]');
  const service = 'apiVersion: v1\nkind: Service\nmetadata: {name: b, namespace: shop}\nspec: {ports: [{port: 80}]}\n';

  const found = async (paths: string[], options: Partial<InputOptions> = {}) =>
    (await loadMeshes(paths, { ...OPTIONS, ...options })).map(({ mesh }) => ({
      world: mesh.world,
      release: mesh.release,
      files: mesh.files.map(({ path, role }) => `${path} ${role}`),
      messages: lint(mesh, [unknownService], { today: '2026-01-01' }).findings.map(({ message }) => message),
    }));

  test('world, release, context and what is left out', () =>
    within(
      {
        'c/.meshlint.yaml': 'world: closed\nistioVersion: "1.24"\nwith: [../infra]\nignore: [old, "*.bak.yaml"]',
        'c/a.yaml': route,
        'c/old/a.yaml': route,
        'c/a.bak.yaml': route,
        'infra/b.yaml': service,
      },
      async () => {
        const files = ['c/a.yaml judged', 'infra/b.yaml context'];
        expect(await found(['c'])).toEqual([{ world: 'closed', release: '1.24', files, messages: [] }]);
        expect(await found(['c'], { config: false, world: 'closed' })).toMatchObject([
          { release: '1.31', files: ['c/a.bak.yaml judged', 'c/a.yaml judged', 'c/old/a.yaml judged'] },
        ]);
        expect(await found(['c'], { world: 'open' })).toMatchObject([{ world: 'open' }]);
        expect((await found(['c/old']))[0]!.files).toEqual(['c/old/a.yaml judged', 'infra/b.yaml context']);
      },
    ));

  test('what exists elsewhere is not missing, and needs no check', () =>
    within({ '.meshlint.yaml': 'assume: {hosts: ["*.shop.svc.cluster.local"]}', 'a.yaml': route }, async () => {
      expect((await found(['.'], { world: 'closed' }))[0]!.messages).toEqual([]);
      expect((await found(['.'], { world: 'closed', config: false }))[0]!.messages).toHaveLength(1);
      const [loaded] = await loadMeshes(['.'], OPTIONS);
      expect(lint(loaded!.mesh, [unknownService], { today: '2026-01-01' }).unchecked).toEqual([]);
    }));

  test('a MeshConfig beside it or in it counts before the one of the input, and one of the command line before both', () =>
    within(
      {
        '.meshlint.yaml': 'meshConfig: {rootNamespace: of-the-configuration}',
        'file.yaml': 'extends: [.meshlint.yaml]\nmeshConfig: a/mesh.yaml',
        'a/mesh.yaml': 'rootNamespace: of-its-file',
        'given.yaml': 'rootNamespace: given',
        'b/istio.yaml':
          'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: istio, namespace: istio-system}\ndata: {mesh: "rootNamespace: of-the-input"}',
      },
      async () => {
        const root = async (options: Partial<InputOptions>) =>
          rootNamespace((await loadMeshes(['b'], { ...OPTIONS, ...options }))[0]!.mesh);
        expect(await root({ config: false })).toBe('of-the-input');
        expect(await root({})).toBe('of-the-configuration');
        expect(await root({ config: 'file.yaml' })).toBe('of-its-file');
        expect(await root({ config: 'file.yaml', meshConfig: 'given.yaml' })).toBe('given');
      },
    ));

  test('.gitignore files above what is read count, unless that folder was asked for', () =>
    within({ '.git/HEAD': '', '.gitignore': 'a/made\n', 'a/x.yaml': route, 'a/made/y.yaml': route }, async () => {
      expect((await found(['a']))[0]!.files).toEqual(['a/x.yaml judged']);
      expect((await found(['a/made']))[0]!.files).toEqual(['a/made/y.yaml judged']);
      expect((await found([`${realpathSync('.')}/a`]))[0]!.files).toHaveLength(1);
    }));

  const IGNORED = {
    '.gitignore': '*.yaml\n!/keep.yaml\ngone/\n',
    'keep.yaml': route,
    'lost.yaml': route,
    'a/.gitignore': '!*.yaml\nlast.yaml\n',
    'a/back.yaml': route,
    'a/last.yaml': route,
    'a/b/.gitignore': 'deep.yaml\n',
    'a/b/deep.yaml': route,
    'a/b/other.yaml': route,
    'gone/.gitignore': '!*\n',
    'gone/x.yaml': route,
    '.meshlintignore': 'a/b/not-*.yaml\n',
    'a/b/not-mesh.yaml': route,
  };
  const READ = ['a/b/other.yaml', 'a/back.yaml', 'keep.yaml'].map((path) => `${path} judged`);

  test('without git, nested .gitignore files take paths back in, and .meshlintignore applies as well', () =>
    within({ ...IGNORED, '.git/HEAD': '' }, async () => {
      expect((await found(['.']))[0]!.files).toEqual(READ);
      expect((await found(['gone']))[0]!.files).toEqual(['gone/x.yaml judged']);
    }));

  test('in a repository git decides: tracked files are read though they are ignored, and repositories within decide for themselves', () =>
    within({ ...IGNORED, 'sub/.gitignore': 'x.yaml', 'sub/x.yaml': route, 'sub/y.yaml': route }, async () => {
      const run = (...args: string[]) => expect(spawnSync('git', args).status).toBe(0);
      run('init', '-q', '.');
      expect((await found(['.']))[0]!.files).toEqual(READ);
      run('init', '-q', 'sub');
      run('add', '-f', 'gone/x.yaml', 'lost.yaml');
      const more = ['gone/x.yaml judged', 'keep.yaml judged', 'lost.yaml judged', 'sub/y.yaml judged'];
      expect((await found(['.']))[0]!.files).toEqual([...READ.slice(0, 2), ...more]);
      expect((await found(['a/*/*.yaml']))[0]!.files).toEqual(READ.slice(0, 1));
    }));
});

test.each([
  ['Service', 'shop', 'reviews', true],
  ['Service', 'shop', 'reviews.shop', true],
  ['Service', 'shop', 'reviews.shop.svc.cluster.local', true],
  ['Service', 'shop', '*/reviews.shop.svc.cluster.local', true],
  ['Service', 'edge', 'reviews', false],
  ['ServiceEntry', '', 'api.example.com', true],
  ['ServiceEntry', '', 'example.com', false],
  ['Gateway', 'istio-system', 'public', true],
  ['Gateway', 'shop', 'istio-system/public', true],
  ['Gateway', 'shop', 'public', false],
  ['Namespace', '', 'team-a', true],
  ['Namespace', '', 'a-team', false],
  ['Secret', 'istio-system', 'tls', true],
  ['Secret', 'istio-system', 'other', false],
  ['VirtualService', 'shop', 'delegate', true],
  ['Sidecar', 'shop', 'delegate', false],
])('whether a %s of "%s" named "%s" is assumed: %s', (kind, namespace, name, expected) => {
  const mesh = meshOf('', {
    assumed: {
      hosts: ['reviews.shop.svc.cluster.local', '*.example.com'],
      gateways: ['istio-system/*'],
      namespaces: ['team-*'],
      secrets: ['istio-system/tls'],
      delegates: ['*/delegate'],
    },
  });
  expect(isAssumed(mesh, { kind, namespace, name })).toBe(expected);
});

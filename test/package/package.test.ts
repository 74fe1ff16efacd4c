import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Ended, expectFreshBuild, run } from '../command';

jest.setTimeout(120_000);

/** An empty folder far from ours, into which the packed tarball is installed and nothing else. */
let folder: string;
let tarball: string;

beforeAll(() => {
  expectFreshBuild();
  folder = mkdtempSync(join(tmpdir(), 'meshlint-package-'));
  const packed = run('npm', ['pack', '--ignore-scripts', '--pack-destination', folder]);
  expect(packed.status).toBe(0);
  tarball = readdirSync(folder).find((name) => name.endsWith('.tgz'))!;
  const installed = run('npm', ['install', '--offline', '--no-audit', '--no-fund', `./${tarball}`], { cwd: folder });
  expect({ ...installed, stdout: '' }).toMatchObject({ status: 0 });
  cpSync('fixtures/bookinfo', join(folder, 'mesh'), { recursive: true });
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const installedCommand = (name: string, ...args: string[]): Ended =>
  run(join(folder, 'node_modules/.bin', name), args, { cwd: folder });

test('holds what runs and nothing else', () => {
  const below = (path: string): string[] => readdirSync(join(folder, 'node_modules', path));
  expect(below('.').filter((name) => !name.startsWith('.'))).toEqual(['meshlint']);
  expect(below('meshlint').sort()).toEqual(['LICENSE', 'README.md', 'bin', 'dist', 'package.json', 'schemas']);
  const files = readdirSync(join(folder, 'node_modules/meshlint'), { recursive: true, encoding: 'utf8' });
  expect(files.filter((name) => /\.(ts|map|test\.\w+)$/.test(name))).toEqual(['dist/index.d.ts']);
  expect(statSync(join(folder, tarball)).size).toBeLessThan(5 * 1024 * 1024);
});

test('lists the licences of what it contains', () => {
  const text = readFileSync(join(folder, 'node_modules/meshlint/dist/THIRD-PARTY-LICENSES.txt'), 'utf8');
  for (const name of ['commander', 'yaml', 'js-yaml', 'chalk', 'xmlbuilder'])
    expect(text).toMatch(new RegExp(`^${name} [\\d.]+ \\((MIT|ISC)\\)\\n-+\\n\\n.*(Licen[cs]e|Copyright)`, 'm'));
});

test('runs alone', () => {
  expect(installedCommand('meshlint', 'lint', 'mesh')).toMatchObject({ status: 0, stderr: '' });
  for (const format of ['junit', 'sarif', 'text'])
    expect(installedCommand('meshlint', 'lint', 'mesh', '--format', format).status).toBe(0);
  writeFileSync(join(folder, 'bad.yaml'), 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a: 1}\n');
  expect(installedCommand('meshlint', 'lint', 'bad.yaml')).toMatchObject({
    status: 1,
    stdout: expect.stringContaining('[schema-violation]') as string,
  });
  expect(installedCommand('kubectl-meshlint', '--version').stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test('explains its rules with examples', () => {
  expect(installedCommand('meshlint', 'explain', 'duplicate-resource').stdout).toContain('Example with the fault:');
});

describe('the library', () => {
  const program = `
const file = read('mesh.yaml', 'apiVersion: v1\\nkind: ConfigMap\\nmetadata: {name: a}\\n---\\napiVersion: v1\\nkind: ConfigMap\\nmetadata: {name: a}\\ndata: {a: b}\\n');
const { findings } = lint(new Mesh([file]), rules, { today: '2026-06-01' });
console.log(findings.map(({ rule, place }) => place.file.path + ':' + place.range.start.line + ' ' + rule.name).join());`;

  test.each([
    ['required', 'main.cjs', `const { Mesh, lint, read, rules } = require('meshlint');${program}`],
    ['imported', 'main.mjs', `import { Mesh, lint, read, rules } from 'meshlint';${program}`],
  ])('can be %s', (_, name, text) => {
    writeFileSync(join(folder, name), text);
    const { stdout, stderr } = run(process.execPath, [name], { cwd: folder });
    expect({ stdout, stderr }).toEqual({ stdout: 'mesh.yaml:7 duplicate-resource\n', stderr: '' });
  });

  test('does what its page says', () => {
    const page = readFileSync('docs/library.md', 'utf8');
    const examples = [...page.matchAll(/```js\n([^]*?)```\n\nprints\n\n```text\n([^]*?)```/g)];
    expect(examples.length).toBeGreaterThan(1);
    for (const [, program = '', printed] of examples) {
      writeFileSync(join(folder, 'page.mjs'), program);
      expect(run(process.execPath, ['page.mjs'], { cwd: folder }).stdout).toBe(printed);
    }
  });

  test.each([
    ['an ES module', 'nodenext', 'main.mts'],
    ['CommonJS', 'nodenext', 'main.cts'],
    ['a bundled program', 'bundler', 'main.ts'],
  ])('has types that need nothing else, for %s', (_, resolution, name) => {
    const typed = `import { type Finding, type Resource, Mesh, lint, read, rules } from 'meshlint';
export const mesh: Mesh = new Mesh([read('a.yaml', '')]);
export const all: readonly Finding[] = lint(mesh, rules, { today: '2026-06-01' }).findings;
export const names: string[] = mesh.resources.map((resource: Resource) => resource.name);
// @ts-expect-error: a severity is one of three words
export const wrong: Finding[] = all.filter(({ severity }) => severity === 'fatal');
`;
    const project = join(folder, `types-${name}`);
    mkdirSync(project);
    writeFileSync(join(project, name), typed);
    const compilerOptions = {
      strict: true,
      noEmit: true,
      skipLibCheck: false,
      types: [],
      lib: ['ES2023'],
      target: 'ES2023',
      module: resolution === 'nodenext' ? 'nodenext' : 'preserve',
      moduleResolution: resolution,
    };
    writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: [name] }));
    const tsc = resolve('node_modules/typescript/bin/tsc');
    expect(run(process.execPath, [tsc, '-p', project]).stdout).toBe('');
  });
});

test('publint has nothing to say', () => {
  const { status, stdout } = run(process.execPath, [
    resolve('node_modules/publint/src/cli.js'),
    'run',
    '--strict',
    join(folder, tarball),
  ]);
  expect(stdout).toContain('All good!');
  expect(status).toBe(0);
});

import { readFileSync, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type SeverityOf, lint } from '../src/lint';
import { Mesh, type World } from '../src/mesh/mesh';
import { rules } from '../src/rules';
import { NEWEST, type Release } from '../src/schema/release';
import type { SourceFile } from '../src/source/file';
import { read } from '../src/source/read';
import { loadValue } from '../src/source/values';
import { compare, expectationsIn } from './expectations';

const root = 'fixtures/rules';
const folders = readdirSync(root);
const ruleFiles = readdirSync('src/rules', { recursive: true }) as string[];

/** Each file of a rule's folder is a mesh of its own; so is each folder in it. */
const meshes = folders.flatMap((folder) => readdirSync(join(root, folder)).map((name) => join(root, folder, name)));

function filesOf(path: string): SourceFile[] {
  const paths = statSync(path).isDirectory() ? readdirSync(path).map((name) => join(path, name)) : [path];
  return paths.map((each) => read(each, readFileSync(each, 'utf8')));
}

/**
 * A setting of the run that a fixture's comments name: `# world: open`, `# mesh-config: { rootNamespace: istio-config }`,
 * `# cluster: west` for a file that holds another cluster, `# istio-version: 1.4` for another release, `# rules: short-host-name` for rules that speak only when asked to.
 */
const setting = (files: readonly SourceFile[], name: string): string | undefined =>
  files.map(({ text }) => new RegExp(`^# ${name}: *(.+)$`, 'm').exec(text)?.[1]).find(Boolean);

const lintFixture = (path: string) => {
  const files = filesOf(path);
  const world = (setting(files, 'world') ?? 'auto') as World;
  const meshConfig = loadValue(setting(files, 'mesh-config') ?? 'null') ?? undefined;
  const own = files.filter((file) => setting([file], 'cluster') === undefined);
  const others = files.filter((file) => !own.includes(file));
  const release = (setting(files, 'istio-version') ?? NEWEST) as Release;
  const clusters = new Map(others.map((file) => [setting([file], 'cluster')!, new Mesh([file], { world })]));
  const mesh = new Mesh(own, { world, meshConfig, clusters, release });
  const asked = setting(files, 'rules')?.split(', ') ?? [];
  const severityOf: SeverityOf = (rule, _place, own) => (asked.includes(rule.name) ? rule.severity : own);
  return { files, findings: lint(mesh, rules, { today: '2026-06-01', severityOf }).findings };
};

describe('a fixture meets all rules, and only what it announces is found', () => {
  test.each(meshes)('%s', (path) => {
    const { files, findings } = lintFixture(path);
    expect(compare(files.flatMap(expectationsIn), findings)).toEqual({ missing: [], extra: [] });
  });
});

describe('every rule', () => {
  test.each(rules.map((rule) => [rule.name, rule] as const))(
    '%s has its file, its folder, and a mesh in which it speaks and one in which it does not',
    (name) => {
      expect(ruleFiles.filter((file) => basename(file) === `${name}.ts`)).toHaveLength(1);
      const own = meshes.filter((path) => path.startsWith(`${root}/${name}/`));
      const speaks = own.map((path) => lintFixture(path).findings.some(({ rule }) => rule.name === name));
      expect(speaks).toContain(true);
      expect(speaks).toContain(false);
    },
  );

  test.each(rules.map((rule) => [rule.name, rule] as const))(
    '%s says what it is in the house style',
    (_, { name, summary, docs, url }) => {
      expect(name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)+$/);
      expect(summary).toMatch(/^[A-Z].*\.$/);
      expect(docs.trim().length).toBeGreaterThan(80);
      expect(url).toMatch(/^https:\/\/(istio\.io|kubernetes\.io|gateway-api\.sigs\.k8s\.io|helm\.sh|yaml\.org)\/\S+$/);
    },
  );
});

test('every folder of fixtures belongs to a rule', () => {
  const names = rules.map(({ name }) => name);
  expect(folders.filter((folder) => !names.includes(basename(folder)))).toEqual([]);
});

test('no two rules have one name', () => {
  expect(new Set(rules.map(({ name }) => name)).size).toBe(rules.length);
});

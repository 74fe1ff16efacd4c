import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { check } from '../src/cli/lint/check';
import { type InputOptions, loadMesh, loadMeshes } from '../src/cli/input/load';
import { arrange } from '../src/cli/repository/arrange';
import { type Part, plainPart } from '../src/cli/repository/part';
import type { Finding } from '../src/rules/rule';
import unusedSuppression from '../src/rules/documents/unused-suppression';
import type { Role, SourceFile } from '../src/source/file';
import { read } from '../src/source/read';
import { compare, expectationsIn } from './expectations';
import { unknownService } from './rules-for-tests';

const ROOT = 'fixtures/repositories';
const DEFAULTS: InputOptions = { world: 'auto', with: [], stdinFilename: '-', render: true };

/** Where on the PATH a program lies. */
const found = (program: string): string | undefined =>
  (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, program))
    .find(existsSync);

const withHelm = found('helm') ? test : test.skip;
const noHelm = found('helm') ? '' : ' (helm is not on the PATH)';

let said: string[];
beforeEach(() => {
  said = [];
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => Boolean(said.push(String(text).trim())));
});
afterEach(() => jest.restoreAllMocks());

async function lintPaths(paths: string[], options: Partial<InputOptions> = {}) {
  const loaded = await loadMeshes(paths, { ...DEFAULTS, ...options });
  const { mesh, result } = check(loaded, [unknownService, unusedSuppression], { today: '2026-06-01' });
  return { loaded, mesh, ...result };
}

/** Everything that the files below a folder announce. */
const expectedBelow = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => path.endsWith('.yaml'))
    .flatMap((path) => expectationsIn(read(path, readFileSync(path, 'utf8'))));

const shown = ({ place, message }: Finding): string =>
  `${place.file.path}:${place.range.start.line}:${place.range.start.column} ${message}`;

describe('what kustomizations make is judged, and shown where it was written', () => {
  test.each(['variants', 'prefixes', 'components', 'replaced', 'schema'])('%s', async (name) => {
    const { findings } = await lintPaths([join(ROOT, name)]);
    expect(compare(expectedBelow(join(ROOT, name)), findings)).toEqual({ missing: [], extra: [] });
  });

  test('variants never meet, and each has the plain manifests beside it', async () => {
    const { loaded } = await lintPaths([join(ROOT, 'variants')]);
    const titles = loaded.map(({ title }) => title.replaceAll(`${ROOT}/variants`, '.'));
    expect(titles).toEqual(['., ./overlays/dev', './overlays/prod']);
    const names = loaded.map(({ mesh }) => mesh.all('VirtualService').map((resource) => resource.title));
    expect(names).toEqual([
      ['VirtualService edge/edge', 'VirtualService dev/reviews'],
      ['VirtualService prod/reviews', 'VirtualService prod/details', 'VirtualService edge/edge'],
    ]);
  });

  test('a file is counted once, however many variants take it in', async () => {
    const { mesh } = await lintPaths([join(ROOT, 'variants')]);
    const paths = mesh.files.map(({ path }) => path);
    expect(new Set(paths).size).toBe(paths.length);
  });

  test('a finding tells the object as it is deployed', async () => {
    const { findings } = await lintPaths([join(ROOT, 'components')]);
    expect(findings.map(({ place }) => place.resource?.title)).toEqual(['VirtualService app/reviews']);
  });

  test('what is wrong with some variants only says with which', async () => {
    const { findings } = await lintPaths([join(ROOT, 'prefixes')]);
    const related = findings.map((finding) => finding.related.map(({ place, message }) => [place.file.path, message]));
    const west = [[`${ROOT}/prefixes/west/kustomization.yaml`, 'as this kustomization makes it']];
    expect(related).toEqual([west, west]);
  });

  test('what is wrong with all of them does not', async () => {
    const { findings } = await lintPaths([join(ROOT, 'variants')]);
    const both = findings.find(({ message }) => message.includes('"rating"'));
    expect(both?.related).toEqual([]);
  });

  test('one overlay alone can be named, from wherever its base lies', async () => {
    const { findings } = await lintPaths([join(ROOT, 'variants/overlays/dev')]);
    expect(findings.map(shown)).toEqual([`${ROOT}/variants/base/reviews.yaml:12:27 there is no Service "rating"`]);
  });

  test('files that the kustomization beside them does not list are not judged, and that is told', async () => {
    await lintPaths([join(ROOT, 'variants')]);
    expect(said).toEqual([
      `meshlint: not checked, because the kustomization beside it does not list it: "${ROOT}/variants/overlays/prod/old.yaml"`,
    ]);
  });

  test('generated objects are shown where they are asked for', async () => {
    const mesh = await loadMesh([join(ROOT, 'variants/overlays/prod')], DEFAULTS);
    const [settings] = mesh.all('ConfigMap');
    const place = settings!.at(['data', 'colour']);
    expect(`${place.file.path}:${place.range.start.line}`).toBe(`${ROOT}/variants/overlays/prod/kustomization.yaml:6`);
  });

  test('rendering leaves no trace in the objects', async () => {
    const { mesh } = await lintPaths([join(ROOT, 'variants')]);
    expect(JSON.stringify(mesh.resources.map(({ value }) => value))).not.toContain('config.kubernetes.io/');
  });

  test('what lies on other machines is not fetched; the rest is rendered, and nothing is called missing', async () => {
    const { findings, unchecked } = await lintPaths([join(ROOT, 'aggregate')]);
    expect(findings).toEqual([]);
    expect(unchecked).toEqual([{ kind: 'Service', namespace: 'default', references: 2 }]);
    expect(said).toEqual([
      `meshlint: not rendered, because it takes in "https://example.com/definitions.yaml", which lies on another machine: "${ROOT}/aggregate"`,
      'meshlint: these are read as they lie there, and references to what they lack are not checked',
    ]);
    const mesh = await loadMesh([join(ROOT, 'aggregate')], DEFAULTS);
    const reviews = mesh.all('VirtualService').find(({ name }) => name === 'reviews');
    expect(reviews?.at(['spec', 'hosts', 0]).value).toBe('reviews');
  });

  test('what cannot be rendered is told in one line, and read as it lies there', async () => {
    const { mesh } = await lintPaths([join(ROOT, 'broken')]);
    expect(said).toHaveLength(2);
    expect(said[0]).toBe(
      'meshlint: not rendered, because it takes in "nowhere.yaml", which is not in the repository: "fixtures/repositories/broken"',
    );
    expect(mesh.all('VirtualService')).toHaveLength(1);
  });

  test('a component that nothing takes in is not judged, and a folder without more is an error', async () => {
    await expect(lintPaths([join(ROOT, 'components/mesh')])).rejects.toThrow(
      /^no Istio or Kubernetes configuration found/,
    );
    expect(said).toEqual([
      `meshlint: not checked, because it is a component that no kustomization takes in: "${ROOT}/components/mesh"`,
    ]);
  });

  test('variants cannot be simulated at once', async () => {
    await expect(loadMesh([join(ROOT, 'variants/overlays')], DEFAULTS)).rejects.toThrow(
      `the input contains variants that cannot form one mesh; name the folders of one: "${ROOT}/variants/overlays/dev" or "${ROOT}/variants/overlays/prod"`,
    );
  });
});

describe('kustomizations that nobody renders', () => {
  test('are read without patches, placeholders, and what is never applied', async () => {
    const { mesh, findings } = await lintPaths([join(ROOT, 'placeholders')], { render: false });
    const judged = mesh.files.filter(({ role }) => role === 'judged').flatMap(({ resources }) => resources);
    expect(judged.map(({ title }) => title)).toEqual(['VirtualService team/whole', 'Service team/reviews']);
    expect(findings).toEqual([]);
    expect(said).toEqual([
      `meshlint: not rendered, because of --no-render: "${ROOT}/placeholders/team"`,
      'meshlint: these are read as they lie there, without 4 patches and placeholders, and references to what they lack are not checked',
    ]);
  });
});

describe('a Helm chart', () => {
  const chart = join(ROOT, 'chart');

  test('is named once; of its templates only those without actions are read, and its definitions are not', async () => {
    const { mesh, findings } = await lintPaths([ROOT], { render: false });
    const below = mesh.files.map(({ path }) => path).filter((path) => path.startsWith(chart));
    expect(below).toEqual([join(chart, 'templates/service.yaml')]);
    expect(findings.filter(({ place }) => place.file.path.startsWith(chart))).toEqual([]);
    expect(said.filter((line) => line.includes('chart'))).toEqual([
      `meshlint: not checked, because it is an unrendered Helm chart: "${chart}"; render it with --helm ${chart}`,
    ]);
  });

  withHelm(`is rendered when it is asked for, and each document names its template${noHelm}`, async () => {
    const { findings } = await lintPaths([], { helm: chart, namespace: 'shop' });
    expect(findings.map(shown)).toEqual([
      expect.stringMatching(/^<helm template .*chart>:\d+:\d+ there is no Service "reviews"/),
    ]);
    expect(findings[0]!.place.resource?.document.origin).toBe('shop/templates/route.yaml');
    expect(findings[0]!.place.resource?.title).toBe('VirtualService shop/chart');
  });

  withHelm(`takes values files${noHelm}`, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'meshlint-test-'));
    const values = join(folder, 'values.yaml');
    writeFileSync(values, 'host: ratings\n');
    const { findings } = await lintPaths([], { helm: chart, values: [values], namespace: 'shop' });
    rmSync(folder, { recursive: true });
    expect(findings).toEqual([]);
  });

  test('cannot be rendered without helm', async () => {
    const path = process.env['PATH'];
    process.env['PATH'] = '/nowhere';
    try {
      await expect(lintPaths([], { helm: chart })).rejects.toThrow('helm is not on the PATH');
    } finally {
      process.env['PATH'] = path;
    }
  });

  test('and values for it that are not there are told', async () => {
    await expect(lintPaths([], { helm: chart, values: ['nope.yaml'] })).rejects.toThrow(
      'values file "nope.yaml" does not exist',
    );
    await expect(lintPaths([ROOT], { values: ['x.yaml'] })).rejects.toThrow('--values requires --helm');
  });
});

describe('parts of a repository', () => {
  const part = (title: string, ...names: string[]) => {
    const text = names.map((name) => `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}}\n`).join('---\n');
    return plainPart(title, [read(`${title}.yaml`, text)]);
  };
  const namesOf = (files: readonly SourceFile[], role: Role) =>
    files.filter((file) => file.role === role).flatMap(({ resources }) => resources.map(({ name }) => name));
  const arranged = (parts: Part[], extra: Part[] = []) =>
    arrange(parts, extra).map(({ files }) => [namesOf(files, 'judged'), namesOf(files, 'context')]);
  /** Another part that is made of the same texts. */
  const variant = (of: Part, title: string, ...names: string[]): Part => ({
    ...part(title, ...names),
    sources: of.sources,
  });

  test('that can live in one cluster are one mesh', () => {
    expect(arranged([part('a', 'a'), part('b', 'b')])).toEqual([[['a', 'b'], []]]);
  });

  test('that define one object are two, and the object is the judged one', () => {
    expect(arranged([part('eu', 'a', 'b'), part('us', 'a', 'c')])).toEqual([
      [['a', 'b'], ['c']],
      [['a', 'c'], ['b']],
    ]);
  });

  test('that are variants go with variants of the same name, and never meet', () => {
    const [a, b] = [part('a/dev', 'a-dev'), part('b/dev', 'b-dev')];
    const parts = [a, variant(a, 'a/prod', 'a-prod'), b, variant(b, 'b/prod', 'b-prod'), part('c/prod', 'c')];
    expect(arranged(parts)).toEqual([
      [['a-dev', 'b-dev'], ['c']],
      [['a-prod', 'b-prod', 'c'], []],
    ]);
  });

  test('are judged before what is only context, which is never of two minds', () => {
    const a = part('a/dev', 'a-dev', 'x');
    const parts = [part('plain', 'x'), part('other', 'x', 'z')];
    expect(arranged(parts, [a, variant(a, 'a/prod', 'a-prod')])).toEqual([
      [['x'], ['a-dev', 'z']],
      [['x', 'z'], ['a-dev']],
    ]);
  });
});

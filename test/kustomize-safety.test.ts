import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { check } from '../src/cli/lint/check';
import { loadMeshes } from '../src/cli/input/load';
import { json } from '../src/report/json';
import { rules } from '../src/rules';

const SECRET = 'TOPSECRET';
const ROUTE = `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: v, namespace: shop}
spec: {hosts: [cart], http: [{route: [{destination: {host: cart}}]}]}
`;

let folder: string;
let said: string[];
const home = process.cwd();
const path = process.env['PATH'];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'meshlint-test-'));
  said = [];
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => Boolean(said.push(String(text).trim())));
  // Every program that is started leaves a mark and what it was given.
  for (const name of ['kubectl', 'kustomize', 'git', 'ssh', 'helm'])
    program(name, `#!/bin/sh\n${LISTING}{ echo "$0 $*"; /usr/bin/env; pwd; } >>'${folder}/started'\n`);
  mkdirSync(join(folder, 'repo/.git'), { recursive: true });
  mkdirSync(join(folder, 'repo/.local/share/helm/plugins'), { recursive: true });
  write('outside.txt', SECRET);
  write('secret.yaml', `apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData:\n  a: ${SECRET}\n  a: again\n`);
  write('repo/vs.yaml', ROUTE);
  process.env['PATH'] = join(folder, 'bin');
  process.env['MESHLINT_TEST_TOKEN'] = SECRET;
  process.chdir(join(folder, 'repo'));
});

afterEach(() => {
  jest.restoreAllMocks();
  process.chdir(home);
  process.env['PATH'] = path;
  delete process.env['MESHLINT_TEST_TOKEN'];
  rmSync(folder, { recursive: true });
});

function write(name: string, text: string): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), text);
}

function program(name: string, text: string): void {
  write(`bin/${name}`, text);
  chmodSync(join(folder, 'bin', name), 0o755);
}

async function lint(options: Partial<Parameters<typeof loadMeshes>[1]> = {}): Promise<string> {
  const defaults = { world: 'auto' as const, with: [], stdinFilename: '-', render: true };
  const loaded = await loadMeshes(['.'], { ...defaults, ...options });
  return json({ ...check(loaded, rules, { today: '2026-06-01' }) } as Parameters<typeof json>[0]);
}

/** What git may be asked: for its list of files, without programs of the repository. */
const LISTING =
  'case "$*" in *core.fsmonitor=false*safe.bareRepository=explicit*protocol.allow=never*" ls-files "*) exit 1;; esac\n';

const started = (): string =>
  existsSync(join(folder, 'started')) ? readFileSync(join(folder, 'started'), 'utf8') : '';

const PLUGIN = 'file:///nowhere?ref=--upload-pack=touch+started;';

describe('a kustomization is not rendered, and starts nothing, that', () => {
  test.each<[name: string, kustomization: string, reason: RegExp]>([
    ['runs a generator', `generators: ["${PLUGIN}"]`, /it has "generators"/],
    ['runs a transformer', `transformers: ["${PLUGIN}"]`, /it has "transformers"/],
    ['runs a validator', `validators: [{apiVersion: x/v1, kind: Exec}]`, /it has "validators"/],
    ['runs a generator by a name in capitals', `GENERATORS: ["${PLUGIN}"]`, /unknown field "GENERATORS"/],
    ['inflates a chart', 'helmCharts: [{name: x, repo: "https://x.example"}]', /it has "helmCharts"/],
    ['inflates a chart as it was once written', 'helmChartInflationGenerator: [{chartName: x}]', /it has "helmChart/],
    ['takes in a URL', 'resources: ["https://x.example/a.yaml"]', /another machine/],
    ['takes in a repository', 'resources: ["github.com/org/repo"]', /another machine/],
    ['takes in a repository by ssh', 'resources: ["deploy@x.example:org/repo"]', /another machine/],
    ['takes in a reference', 'resources: ["base?ref=main"]', /another machine/],
    ['takes in a component by git', 'components: ["git::https://x.example/a"]', /another machine/],
    ['takes in a base by a file URL', `bases: ["file:///tmp/x"]`, /another machine/],
    ['generates from a URL', 'configMapGenerator: [{name: x, files: ["a=http://127.0.0.1/t"]}]', /another machine/],
    ['generates in capitals', 'configMapGenerator: [{name: x, FILES: ["a=http://127.0.0.1/t"]}]', /"FILES"/],
    ['generates variables from a URL', 'secretGenerator: [{name: x, envs: ["http://127.0.0.1/t"]}]', /another machine/],
    ['patches from a URL', 'patches: [{path: "http://127.0.0.1/t"}]', /another machine/],
    ['replaces from a URL', 'replacements: [{path: "http://127.0.0.1/t"}]', /another machine/],
    ['has a schema from a URL', 'openapi: {path: "http://127.0.0.1/t"}', /another machine/],
    ['is configured from a URL', 'configurations: ["http://127.0.0.1/t"]', /another machine/],
    ['has definitions from a URL', 'crds: ["http://127.0.0.1/t"]', /another machine/],
    ['generates from outside', 'configMapGenerator: [{name: x, files: ["a=../outside.txt"]}]', /not in the repository/],
    ['takes in what lies outside', 'resources: [../secret.yaml]', /not in the repository/],
    ['names an absolute path', 'resources: [/etc/hosts]', /not in the repository/],
    ['takes in a link that leads outside', 'resources: [link.yaml]', /not in the repository/],
    ['takes in a device', 'resources: [zero.yaml]', /not in the repository/],
    ['takes in something of the kind in a base', 'resources: [base]', /it has "generators"/],
    ['takes in a folder that cannot be read', 'resources: [two]', /"two" without a kustomization/],
    ['takes in itself', 'resources: [circle]', /takes in itself/],
  ])('%s', async (_, kustomization, reason) => {
    symlinkSync('../secret.yaml', join(folder, 'repo/link.yaml'));
    symlinkSync('/dev/zero', join(folder, 'repo/zero.yaml'));
    write('repo/base/kustomization.yaml', `generators: ["${PLUGIN}"]\n`);
    write('repo/circle/kustomization.yaml', 'resources: [../circle]\n');
    write('repo/two/kustomization.yaml', `resources: []\n---\ngenerators: ["${PLUGIN}"]\n`);
    const field = /^resources: \[(.*)\]$/.exec(kustomization)?.[1];
    const all = field ? `resources: [vs.yaml, ${field}]\n` : `resources: [vs.yaml]\n${kustomization}\n`;
    write('repo/kustomization.yaml', all);
    const report = await lint();
    expect(said.join('\n')).toMatch(reason);
    expect(said.join('\n')).toMatch(/not rendered, because .*"\."/);
    expect(report + said.join()).not.toContain(SECRET);
    expect(started()).toBe('');
  });
});

test('what only takes in files of the repository is rendered, and starts nothing', async () => {
  write('repo/kustomization.yaml', 'resources: [vs.yaml]\nnamePrefix: rendered-\n');
  const loaded = await loadMeshes(['.'], { world: 'auto', with: [], stdinFilename: '-', render: true });
  expect(loaded.flatMap(({ mesh }) => mesh.resources.map(({ name }) => name))).toEqual(['rendered-v']);
  expect(started()).toBe('');
});

describe('a chart', () => {
  beforeEach(() => {
    write('repo/-x/Chart.yaml', 'name: x\nversion: 0.1.0\n');
    write('repo/-x/templates/all.yaml', '{{ .Files.Get "files/x" }}');
  });

  test('is rendered without our environment and plugins, and its name is no option', async () => {
    await lint({ helm: '-x', namespace: '--post-renderer=x' }).catch(() => undefined);
    const [command = ''] = started().split('\n');
    expect(command).toMatch(/helm template --skip-schema-validation .*--namespace=--post-renderer=x -- x \//);
    expect(started()).not.toContain(SECRET);
    expect(started()).not.toContain(join(folder, 'repo\n'));
  });

  test('with a link that leads out of it is not rendered', async () => {
    mkdirSync(join(folder, 'repo/-x/files'));
    symlinkSync('../../../outside.txt', join(folder, 'repo/-x/files/x'));
    await expect(lint({ helm: '-x' })).rejects.toThrow('"-x": ');
    expect(started()).toBe('');
  });
});

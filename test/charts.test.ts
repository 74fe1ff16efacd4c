import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { configured, type InputOptions, loadMesh, loadVariants } from '../src/cli/input/load';
import { check } from '../src/cli/lint/check';
import { severitiesOf } from '../src/cli/lint/choices';
import { run } from '../src/cli/process';
import { placeInRepository } from '../src/report/location';
import { closing } from '../src/report/closing';
import { plain } from '../src/report/style';
import { rules } from '../src/rules';
import type { Finding } from '../src/rules/rule';

const home = process.cwd();
const path = process.env['PATH'] ?? '';
const realHelm = path
  .split(delimiter)
  .map((folder) => join(folder, 'helm'))
  .find(existsSync);

/** Prints the file of the chart that is named as its values file is, and writes down how it was called. */
const STAND_IN = (log: string) => `#!/bin/sh
echo "$*" >>'${log}'
export -p >'${log}-environment'
name=values
for word; do case "$word" in --values=*) name=\${word##*/}; name=\${name%.yaml};; esac; done
for chart; do :; done
if [ -e "$chart/$name.failure" ]; then /bin/cat "$chart/$name.failure" >&2; exit 1; fi
/bin/cat "$chart/$name.out"
`;

let folder: string;
let said: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'meshlint-test-'));
  said = [];
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => Boolean(said.push(String(text).trim())));
  mkdirSync(join(folder, 'repo/.git'), { recursive: true });
  mkdirSync(join(folder, 'bin'));
  writeFileSync(join(folder, 'bin/helm'), STAND_IN(join(folder, 'calls')));
  chmodSync(join(folder, 'bin/helm'), 0o755);
  process.env['PATH'] = join(folder, 'bin');
  process.chdir(join(folder, 'repo'));
});

afterEach(() => {
  jest.restoreAllMocks();
  process.chdir(home);
  process.env['PATH'] = path;
  rmSync(folder, { recursive: true });
});

function write(files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(name), { recursive: true });
    writeFileSync(name, text);
  }
}

const options = (more: Partial<InputOptions> = {}): InputOptions => ({
  world: 'auto',
  with: [],
  stdinFilename: '-',
  render: true,
  ...more,
});

async function lint(more: Partial<InputOptions> = {}) {
  const loaded = await loadVariants(['.'], options(more));
  return check(loaded, rules, { today: '2026-06-01' });
}

/** What fails a run, as `file:line:column message`. */
async function faults(more: Partial<InputOptions> = {}): Promise<string[]> {
  const { result } = await lint(more);
  return result.findings.filter(({ severity }) => severity !== 'info').map(shown);
}

const shown = ({ place, message }: Finding): string => {
  const { file, range, resource } = place;
  const origin = resource?.document.origin;
  return `${file.path}:${range.start.line}:${range.start.column} ${message}${origin ? ` (${origin})` : ''}`;
};

const calls = (): string[] =>
  existsSync(join(folder, 'calls')) ? readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n') : [];

const valuesOf = (call: string): string[] =>
  [...call.matchAll(/--values=\S*?\/repo\/(\S+)/g)].map(([, name = '']) => name);

const service = (name: string, ...more: string[]) =>
  [
    'apiVersion: v1',
    'kind: Service',
    `metadata: {name: ${name}}`,
    'spec:',
    '  ports: [{name: http, port: 80}]',
    ...more,
  ].join('\n') + '\n';

const route = (name: string, host: string, more = '') => `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: ${name}${more}}
spec:
  hosts: [${name}.example.com]
  http:
  - route: [{destination: {host: ${host}}}]
`;

const from = (template: string, text: string) => `---\n# Source: shop/templates/${template}\n${text}`;

const CHART = 'apiVersion: v2\nname: shop\nversion: 0.1.0\n';

/** A chart with one template, and what the stand-in makes of it. */
function chart(at: string, printed: Record<string, string>, more: Record<string, string> = {}): void {
  write({ [`${at}/Chart.yaml`]: CHART, [`${at}/templates/route.yaml`]: '{{ .Values.route }}\n' });
  for (const [name, text] of Object.entries(printed)) write({ [`${at}/${name}.out`]: text });
  for (const [name, text] of Object.entries(more)) write({ [`${at}/${name}`]: text });
}

const misspelt = from('route.yaml', route('a', 'reviewz')) + from('service.yaml', service('reviews'));
const right = from('route.yaml', route('a', 'reviews')) + from('service.yaml', service('reviews'));

describe('what a chart makes with its default values', () => {
  test('is checked, and a finding names the template', async () => {
    chart('charts/shop', { values: misspelt });
    expect(await faults()).toEqual([expect.stringContaining('<helm template charts/shop>:9:34 ')]);
    expect((await faults())[0]).toMatch(/"reviewz".*\(charts\/shop\/templates\/route\.yaml\)$/);
  });

  test('is what the rest of the folder refers to, in whichever namespace', async () => {
    chart('charts/shop', { values: right });
    write({ 'routes.yaml': route('b', 'reviews', ', namespace: web') });
    expect(await faults()).toEqual([]);
    write({ 'routes.yaml': route('b', 'revies', ', namespace: web') });
    expect(await faults()).toEqual([expect.stringMatching(/^routes\.yaml:7:34 .*"revies"/)]);
  });

  test('is applied at once: two different definitions of one object are an error', async () => {
    chart('shop', { values: from('route.yaml', route('a', 'reviews') + '---\n' + route('a', 'ratings')) });
    const { result } = await lint();
    expect(result.findings.map(({ rule }) => rule.name)).toContain('duplicate-resource');
  });

  test('is no error for keys that Helm reads twice', async () => {
    chart('shop', { values: from('service.yaml', service('reviews', '  selector: {app: a, app: b}')) });
    expect(await faults()).toEqual([]);
  });

  test('is unknown where the values leave it open, and checked elsewhere', async () => {
    const open = route('a', '').replace('host: }', 'host: , subset: v1}').replace('a.example.com', '"*."');
    chart('shop', { values: from('route.yaml', open) });
    expect(await faults()).toEqual([]);
    chart('shop', { values: from('route.yaml', open.replace('http:', 'htpt:')) });
    expect(await faults()).toEqual([expect.stringContaining('htpt')]);
    write({ 'plain.yaml': route('a', '') });
    expect(await faults()).toEqual(expect.arrayContaining([expect.stringMatching(/^plain\.yaml:7:\d+ /)]));
  });

  test('can be in any namespace where it names that of the release, and a host with it is a placeholder', async () => {
    const named = service('reviews').replace('{name: reviews}', '{name: reviews, namespace: __RELEASE_NAMESPACE__}');
    const host = 'reviewz.__RELEASE_NAMESPACE__.svc.cluster.local';
    chart('shop', { values: from('route.yaml', route('a', host) + '---\n' + named) });
    write({ 'routes.yaml': route('b', 'reviews', ', namespace: web') });
    expect(await faults()).toEqual([]);
    expect(calls()).toEqual([expect.stringContaining('--namespace=__RELEASE_NAMESPACE__ -- shop ')]);
  });

  test('is in the namespace that the user names', async () => {
    chart('shop', { values: right });
    const { mesh } = await lint({ namespace: 'web' });
    expect(calls()).toEqual([expect.stringContaining('--namespace=web -- shop ')]);
    expect(mesh.resources.map(({ title }) => title)).toEqual(['VirtualService web/a', 'Service web/reviews']);
  });
});

describe('the values files of environments', () => {
  const environments = {
    'values-prod.yaml': 'a: 1\n',
    'values.staging.yaml': 'a: 1\n',
    'ci/small-values.yaml': 'a: 1\n',
    'environments/eu.yaml': 'a: 1\n',
    'values.yaml': 'a: 1\n',
    'config/eu.yaml': 'a: 1\n',
  };
  const all = { values: right, 'values-prod': right, 'values.staging': right, 'small-values': right, eu: right };

  test('are used one by one', async () => {
    chart('shop', all, environments);
    expect(await faults()).toEqual([]);
    expect(calls().flatMap(valuesOf).sort()).toEqual([
      'shop/ci/small-values.yaml',
      'shop/environments/eu.yaml',
      'shop/values-prod.yaml',
      'shop/values.staging.yaml',
    ]);
    expect(calls()).toHaveLength(5);
  });

  test('are variants: a fault of one is found, and a fault of all is reported once', async () => {
    const printed = {
      ...all,
      'values-prod': right.replace(/host: reviews/, 'host: ratingz') + from('r.yaml', service('ratings')),
    };
    chart('shop', printed, environments);
    const prod = '<helm template shop --values shop/values-prod.yaml>:9:34';
    expect(await faults()).toEqual([expect.stringMatching(new RegExp(`^${prod} .*"ratingz"`))]);
    // Other values put other lines before the fault.
    const wrong = Object.keys(all).map((name) => [name, `# ${name}\n`.repeat(name.length) + misspelt]);
    chart('shop', Object.fromEntries(wrong) as Record<string, string>);
    expect(await faults()).toEqual([expect.stringMatching(/^<helm template shop>:\d+:34 .*"reviewz"/)]);
    const different = wrong.map(([name, text = '']) => [name, text.replace('a.example.com', `${name}.example.com`)]);
    chart('shop', Object.fromEntries(different) as Record<string, string>);
    expect(await faults()).toEqual([expect.stringMatching(/^<helm template shop>:\d+:34 .*"reviewz"/)]);
  });

  test('make different definitions that do not conflict, and need no mention', async () => {
    chart('shop', { ...all, 'values-prod': right.replace('a.example.com', 'b.example.com') }, environments);
    const { result, alternatives } = await lint();
    expect(result.findings.filter(({ rule }) => rule.category === 'conflict')).toEqual([]);
    expect(alternatives).toEqual([]);
  });

  test('are at most five, and the others are named', async () => {
    const more = Object.fromEntries([1, 2, 3, 4, 5, 6, 7].map((number) => [`values-${number}`, right]));
    const files = Object.fromEntries(Object.keys(more).map((name) => [`${name}.yaml`, 'a: 1\n']));
    chart('shop', { values: right, ...more }, files);
    await lint();
    expect(calls()).toHaveLength(6);
    expect(said).toEqual([
      'meshlint: not rendered, because only the first 5 values files of a chart are used: "shop/values-6.yaml", "shop/values-7.yaml"',
    ]);
  });

  test('are not used for what works on one mesh, nor for context', async () => {
    chart('shop', all, environments);
    const mesh = await loadMesh(['.'], options());
    expect(mesh.resources.map(({ name }) => name)).toEqual(['a', 'reviews']);
    write({ 'other/routes.yaml': route('b', 'reviews') });
    await loadVariants(['other'], options({ with: ['shop'] }));
    expect(calls().flatMap(valuesOf)).toEqual([]);
  });

  test('are not given to helm where it would read another file', async () => {
    chart('a,b', { values: right, 'values-prod': right }, { 'values-prod.yaml': 'a: 1\n' });
    expect(await faults()).toEqual([]);
    expect(calls()).toHaveLength(1);
    expect(said).toEqual([
      'meshlint: not rendered, because helm cannot read a values file with a comma in its path: "a,b/values-prod.yaml": "a,b with values-prod.yaml"',
    ]);
  });
});

describe('a template without actions', () => {
  test('is shown as it is written, once, whatever the values', async () => {
    const written = `# first\n${route('p', 'reviewz')}`;
    const printed = right + from('plain.yaml', route('p', 'reviewz'));
    const prod = printed.replace('a.example.com', 'b.example.com');
    chart(
      'shop',
      { values: printed, 'values-prod': prod },
      { 'templates/plain.yaml': written, 'values-prod.yaml': '' },
    );
    expect(await faults()).toEqual([expect.stringMatching(/^shop\/templates\/plain\.yaml:8:34 .*"reviewz"/)]);
  });

  test('is checked where no values use it', async () => {
    chart('shop', { values: right }, { 'templates/plain.yaml': route('p', 'reviewz') });
    expect(await faults()).toEqual([expect.stringMatching(/^shop\/templates\/plain\.yaml:7:34 .*"reviewz"/)]);
  });

  test('is checked where the chart cannot be rendered', async () => {
    chart(
      'shop',
      {},
      { 'templates/plain.yaml': service('reviews') + '---\n' + route('p', 'reviewz'), 'values.failure': 'Error: no\n' },
    );
    expect(await faults()).toEqual([expect.stringMatching(/^shop\/templates\/plain\.yaml:\d+:34 .*"reviewz"/)]);
  });
});

describe('a chart that is not rendered is named with the reason', () => {
  test.each([
    [
      'helm refuses it',
      'WARNING: x\nError: execution error at (shop/templates/route.yaml:1:3): host is required\n\nUse --debug flag to render out invalid YAML\n',
      'execution error at (shop/templates/route.yaml:1:3): host is required',
    ],
    [
      'charts that it depends on are absent',
      'Error: An error occurred while checking for chart dependencies. You may need to run `helm dependency build` to fetch missing dependencies: found in Chart.yaml, but missing in charts/ directory: redis, tenant\n',
      'charts that it depends on are not in the repository (redis, tenant)',
    ],
    ['helm is old', 'Error: unknown flag: --skip-schema-validation\n', 'Helm 3.16 or later is required'],
    ['helm has no more memory', 'fatal error: out of memory\n\ngoroutine 1\n', 'it needs more than 3 GiB of memory'],
    ['helm says nothing', '', 'helm failed without a message'],
  ])('%s', async (_name, failure, reason) => {
    chart('shop', { 'values-prod': right }, { 'values.failure': failure, 'values-prod.yaml': '' });
    const { mesh } = await lint();
    expect(said).toEqual([`meshlint: not rendered, because ${reason}: "shop"`]);
    // What it makes with other values is checked all the same.
    expect(mesh.resources.map(({ name }) => name)).toEqual(['a', 'reviews']);
  });

  test('it makes too much', async () => {
    chart('shop', {});
    writeFileSync(join(folder, 'bin/helm'), '#!/bin/sh\nwhile :; do echo "# and so on for ever and ever"; done\n');
    expect((await lint({ allowEmpty: true })).mesh.resources).toEqual([]);
    expect(said).toEqual(['meshlint: not rendered, because it makes more than 32 MiB: "shop"']);
  }, 60_000);

  test('names are no options, and the environment is empty', async () => {
    process.env['HELM_PLUGINS'] = process.env['KUBECONFIG'] = process.env['HTTPS_PROXY'] = '/nonexistent';
    try {
      chart('--post-renderer=evil', { values: right, 'values--set=a': right });
      await lint({ allowEmpty: true });
    } finally {
      for (const name of ['HELM_PLUGINS', 'KUBECONFIG', 'HTTPS_PROXY']) delete process.env[name];
    }
    expect(calls().length).toBeGreaterThan(0);
    for (const call of calls())
      expect(call).toMatch(
        /^template --skip-schema-validation --api-versions=\S+( --values=\/\S+)? --namespace=\w+ -- post-renderer-evil \/\S+$/,
      );
    const names = readFileSync(join(folder, 'calls-environment'), 'utf8').match(/(?<=^export )\w+/gm) ?? [];
    expect(names.filter((name) => !['HOME', 'OLDPWD', 'PATH', 'PWD', 'TMPDIR', 'SHLVL', '_'].includes(name))).toEqual(
      [],
    );
  });

  test('a symbolic link leads out of it', async () => {
    chart('shop', { values: right });
    write({ 'other/secret.txt': 'x' });
    mkdirSync('shop/files');
    symlinkSync('../../other/secret.txt', 'shop/files/x');
    await lint({ allowEmpty: true });
    expect(calls()).toEqual([]);
    expect(said).toEqual([
      expect.stringMatching(
        /^meshlint: not rendered, because ".*files\/x" is a symbolic link that leads out of the chart: "shop"$/,
      ),
    ]);
  });

  test.each([
    ['helm is not on the PATH', {}, ', and helm is not on the PATH'],
    ['of --no-render', { render: false }, ''],
  ])('%s', async (_name, more, why) => {
    chart('shop', { values: right }, { 'templates/plain.yaml': service('ratings') });
    if (why) rmSync(join(folder, 'bin/helm'));
    const { mesh } = await lint(more);
    expect(mesh.resources.map(({ name }) => name)).toEqual(['ratings']);
    expect(said).toEqual([
      `meshlint: not checked, because it is an unrendered Helm chart${why}: "shop"; render it with --helm shop`,
    ]);
    expect(calls()).toEqual([]);
  });
});

describe('which charts are rendered', () => {
  test('the outermost: those below charts/ are part of another, others are not', async () => {
    chart('shop', { values: right });
    chart('shop/charts/inner', { values: misspelt });
    chart('shop/charts/inner/charts/deep', { values: misspelt });
    chart('shop/examples/web', { values: right });
    expect(await faults()).toEqual([]);
    const rendered = calls().map((call) => call.slice(call.indexOf('/repo/') + '/repo/'.length));
    expect(rendered.sort()).toEqual(['shop', 'shop/examples/web']);
  });

  test('not libraries, not those without templates that need it, and not the one that --helm names', async () => {
    chart('library', { values: right }, { 'Chart.yaml': `${CHART}type: library\n` });
    chart('plain', { values: right }, { 'templates/route.yaml': service('reviews') });
    chart('shop', { values: right });
    await lint({ helm: 'shop' });
    expect(calls()).toHaveLength(1);
    expect(said).toEqual([]);
  });

  test('each once for the same files, and again after a change', async () => {
    chart('shop', { values: right });
    await lint();
    await lint();
    expect(calls()).toHaveLength(1);
    utimesSync('shop/templates/route.yaml', 1, 1);
    await lint();
    expect(calls()).toHaveLength(2);
  });
});

describe('references to what is missing', () => {
  // Pods with the labels of the subset may come from a template.
  const selected = service('reviews', '  selector: {app: reviews}');
  const pods =
    'apiVersion: v1\nkind: Pod\nmetadata: {name: r, namespace: default, labels: {app: reviews, version: v1}}\nspec: {containers: [{name: r, image: r}]}\n';
  const subset =
    'apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: r, namespace: default}\nspec: {host: reviews, subsets: [{name: v9, labels: {version: v9}}]}\n';

  test('are certain only where every template made an object', async () => {
    write({
      'mesh.yaml': [selected.replace('{name: reviews}', '{name: reviews, namespace: default}'), pods, subset].join(
        '---\n',
      ),
    });
    chart('shop', { values: from('route.yaml', route('a', 'reviews, subset: v9', ', namespace: default')) });
    expect(await faults()).toEqual([expect.stringMatching(/^mesh\.yaml:.* subset "v9"/)]);
    write({ 'shop/templates/more.yaml': '{{ if .Values.more }}{{ end }}\n' });
    expect(await faults()).toEqual([]);
  });
});

describe('reports', () => {
  test('name the template in files of the repository', async () => {
    chart('charts/shop', { values: misspelt });
    const { result } = await lint();
    const { file, range } = placeInRepository(result.findings.find(({ severity }) => severity === 'error')!.place);
    expect(file.path).toBe('charts/shop/templates/route.yaml');
    expect(range.start).toEqual({ line: 1, column: 1 });
  });

  test('follow what the configuration says of the template', async () => {
    chart('charts/shop', { values: misspelt });
    write({ '.meshlint.yaml': 'overrides:\n- files: [charts/**/route.yaml]\n  rules: {unknown-host: off}\n' });
    const settings = configured(['.'], { ...options(), rule: [] });
    const loaded = await loadVariants(['.'], settings);
    const { result } = check(loaded, rules, { today: '2026-06-01', severityOf: severitiesOf(['.'], settings) });
    expect(result.findings.map(({ rule }) => rule.name)).not.toContain('unknown-host');
  });

  test('count the values that are left open', async () => {
    chart('shop', { values: from('route.yaml', route('a', '')) });
    const { mesh, result } = await lint();
    const report = { mesh, result, hidden: 0, style: plain } as Parameters<typeof closing>[0];
    expect(closing(report)).toContain('not checked: 1 placeholder in 1 resource (<helm template shop>)');
  });
});

test('a program gets no more memory than it may have', async () => {
  const { stdout } = await run('/bin/sh', ['-c', 'ulimit -v'], { memory: 2 ** 30 });
  expect(stdout).toBe('1048576\n');
});

const withHelm = realHelm === undefined ? test.skip : test;

describe(`with helm itself${realHelm === undefined ? ' (it is not on the PATH)' : ''}`, () => {
  beforeEach(() => (process.env['PATH'] = path));

  const template = `{{- if .Capabilities.APIVersions.Has "networking.istio.io/v1/VirtualService" }}
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: {{ .Release.Name }}
  namespace: {{ .Release.Namespace }}
spec:
  hosts: [{{ .Values.host }}]
  http:
  - route: [{destination: {host: {{ .Values.to }}}}]
{{- end }}
`;

  withHelm('a chart is rendered with its default values and those of environments', async () => {
    write({
      'shop/Chart.yaml': CHART,
      'shop/values.yaml': 'host: shop.example.com\nto: reviews\n',
      'shop/values-prod.yaml': 'to: reviewz\n',
      'shop/values.schema.json': '{"required": ["nothing-that-is-there"]}',
      'shop/templates/route.yaml': template,
      'shop/templates/service.yaml': service('reviews'),
    });
    expect(await faults()).toEqual([
      expect.stringMatching(
        /^<helm template shop --values shop\/values-prod\.yaml>:\d+:\d+ .*"reviewz".*route\.yaml\)$/,
      ),
    ]);
    expect(said).toEqual([]);
  });

  withHelm('what the values leave open is unknown', async () => {
    write({ 'shop/Chart.yaml': CHART, 'shop/values.yaml': '', 'shop/templates/route.yaml': template });
    expect(await faults()).toEqual([]);
  });

  withHelm('a chart without its dependencies is not rendered', async () => {
    const dependencies = 'dependencies: [{name: redis, version: 1.0.0, repository: "https://charts.example.com"}]\n';
    write({ 'shop/Chart.yaml': CHART + dependencies, 'shop/templates/route.yaml': template });
    await lint({ allowEmpty: true });
    expect(said).toEqual([
      'meshlint: not rendered, because charts that it depends on are not in the repository (redis): "shop"',
    ]);
  });
});

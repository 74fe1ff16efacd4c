import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { check } from '../src/cli/lint/check';
import { loadVariants } from '../src/cli/input/load';
import { rules } from '../src/rules';

/** One application: its Service, pods, routes, rule and gateway, in the files of a folder. */
const APPLICATION: Readonly<Record<string, string>> = {
  'app.yaml': `apiVersion: v1
kind: Service
metadata: { name: reviews, namespace: shop }
spec:
  selector: { app: reviews }
  ports: [{ name: http, port: 9080 }]
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: reviews, namespace: shop }
spec:
  selector: { matchLabels: { app: reviews } }
  template:
    metadata: { labels: { app: reviews, version: v1 } }
    spec: { containers: [{ name: reviews, image: 'reviews:TAG', ports: [{ containerPort: 9080 }] }] }
`,
  'gateway.yaml': `apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: public-gateway, namespace: shop }
spec:
  selector: { istio: ingressgateway }
  servers:
    - port: { number: 80, name: http, protocol: HTTP }
      hosts: ['*.example.com']
`,
  'rule.yaml': `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: reviews, namespace: shop }
spec:
  host: reviews
  subsets: [{ name: v1, labels: { version: v1 } }]
`,
  'routes.yaml': `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews, namespace: shop }
spec:
  hosts: [reviews.example.com]
  gateways: [public-gateway]
  http:
    - timeout: TIMEOUT
      route: [{ destination: { host: reviews, subset: v1, port: { number: 9080 } } }]
`,
};

/** The files of one variant, which differs from the others in an image and a timeout. */
const variant = (number: number): Record<string, string> =>
  Object.fromEntries(
    Object.entries(APPLICATION).map(([name, text]) => [
      name,
      text.replace('TAG', String(number)).replace('TIMEOUT', `${number}s`),
    ]),
  );

const below = (folder: string, files: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(files).map(([name, text]) => [join(folder, name), text]));

const CHART = {
  'charts/pay/Chart.yaml': 'apiVersion: v2\nname: pay\nversion: 1.0.0\n',
  'charts/pay/templates/service.yaml':
    'apiVersion: v1\nkind: Service\nmetadata: { name: {{ .Release.Name }} }\nspec: { ports: [{ port: {{ .Values.port }} }] }\n',
};

const overlay = (name: string): Record<string, string> => ({
  [`overlays/${name}/kustomization.yaml`]: `resources: [../../base]
patches:
  - target: { kind: Deployment }
    patch: |-
      - { op: add, path: /metadata/labels, value: { environment: ${name} } }
`,
});

/** Trees as repositories have them, and the files in which a fault is put. */
const SHAPES: Readonly<Record<string, { files: Record<string, string>; faulty: (name: string) => string[] }>> = {
  'one folder': { files: below('k8s', variant(1)), faulty: (name) => [`k8s/${name}`] },
  'a folder for each environment': {
    files: { ...below('dev', variant(1)), ...below('stage', variant(2)), ...below('prod', variant(3)) },
    faulty: (name) => [`dev/${name}`, `stage/${name}`, `prod/${name}`],
  },
  'a folder for each kind of thing': {
    files: Object.fromEntries(Object.entries(variant(1)).map(([name, text]) => [join(`${name}.d`, name), text])),
    faulty: (name) => [`${name}.d/${name}`],
  },
  'a base with overlays': {
    files: {
      ...below('base', variant(1)),
      'base/kustomization.yaml': `resources: [${Object.keys(APPLICATION).join(', ')}]\n`,
      ...overlay('dev'),
      ...overlay('prod'),
    },
    faulty: (name) => [`base/${name}`],
  },
  'steps beside the application': {
    files: {
      ...below('.', variant(1)),
      'steps/2-routes.yaml': variant(2)['routes.yaml']!,
      'steps/3-routes.yaml': variant(3)['routes.yaml']!,
    },
    faulty: (name) => (name === 'routes.yaml' ? ['steps/2-routes.yaml', 'steps/3-routes.yaml', name] : [name]),
  },
  'beside a chart that is not rendered': {
    files: { ...below('k8s', variant(1)), ...CHART },
    faulty: (name) => [`k8s/${name}`],
  },
  'charts without template actions': {
    files: { 'web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n', ...below('web/templates', variant(1)) },
    faulty: (name) => [`web/templates/${name}`],
  },
};

/** A fault, where it is put, and the rule that must report it. */
const FAULTS = [
  { rule: 'unknown-host', file: 'routes.yaml', from: 'host: reviews,', to: 'host: reveiws,' },
  { rule: 'unknown-subset', file: 'routes.yaml', from: 'subset: v1', to: 'subset: v9' },
  { rule: 'unknown-gateway', file: 'routes.yaml', from: 'gateways: [public-gateway]', to: 'gateways: [public-gatway]' },
  { rule: 'unknown-destination-port', file: 'routes.yaml', from: 'number: 9080', to: 'number: 9081' },
] as const;

/** The errors in the files of a tree, as `file rule`. */
async function errorsIn(files: Readonly<Record<string, string>>): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'meshlint-recall-'));
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    const loaded = await loadVariants([folder], {
      world: 'auto',
      with: [],
      stdinFilename: '-',
      render: true,
      config: false,
    });
    const { findings } = check(loaded, rules, { today: '2026-06-01' }).result;
    return findings
      .filter(({ severity }) => severity === 'error')
      .map(({ rule, place }) => `${place.file.path.slice(folder.length + 1)} ${rule.name}`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

beforeEach(() => jest.spyOn(process.stderr, 'write').mockReturnValue(true));
afterEach(() => jest.restoreAllMocks());

describe.each(Object.entries(SHAPES))('in a tree with %s', (_, { files, faulty }) => {
  test('nothing is an error as long as nothing is wrong', async () => {
    expect(await errorsIn(files)).toEqual([]);
  });

  test.each(FAULTS)('$rule is found in each file that has it', async ({ rule, file, from, to }) => {
    for (const path of faulty(file)) {
      expect(files[path]).toContain(from);
      expect(await errorsIn({ ...files, [path]: files[path]!.replace(from, to) })).toContain(`${path} ${rule}`);
    }
  });

  test.each(FAULTS)('$rule is found in all files that have it', async ({ rule, file, from, to }) => {
    const wrong = faulty(file).map((path) => [path, files[path]!.replace(from, to)] as const);
    const found = await errorsIn({ ...files, ...Object.fromEntries(wrong) });
    expect(found).toEqual(expect.arrayContaining(wrong.map(([path]) => `${path} ${rule}`)));
  });
});

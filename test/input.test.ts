import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { ListReader } from '../src/cli/cluster/list-reader';
import { REDACTED, redact } from '../src/cli/cluster/redact';
import type * as Process from '../src/cli/process';
import { check } from '../src/cli/lint/check';
import { heldBy } from '../src/cli/input/completeness';
import { main } from '../src/cli/main';
import { type InputOptions, type LoadedMesh, loadMeshes } from '../src/cli/input/load';
import { snapshot } from '../src/cli/commands/run-snapshot';
import { toYaml } from '../src/source/to-yaml';
import { isClosed } from '../src/mesh/world';
import { Mesh } from '../src/mesh/mesh';
import { read } from '../src/source/read';
import { loadValue } from '../src/source/values';
import { type FakeCluster, FakeKubectl } from './fake-kubectl';
import { sharedHost, unknownService } from './rules-for-tests';

const LIVE: InputOptions = { world: 'auto', with: [], stdinFilename: '-', render: true, kube: true };
const SERVED = [
  'services',
  'pods',
  'namespaces',
  'secrets',
  'configmaps',
  'deployments.apps',
  'virtualservices.networking.istio.io',
  'gateways.networking.istio.io',
  'gateways.gateway.networking.k8s.io',
  'customresourcedefinitions.apiextensions.k8s.io',
  'widgets.example.com',
];

type Values = Record<string, unknown>;

const namespace = (name: string) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
const service = (namespace: string, name: string) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace, uid: 'u', resourceVersion: '1', managedFields: [{ manager: 'm' }] },
  spec: { ports: [{ name: 'http', port: 80 }] },
  status: { loadBalancer: {}, conditions: [] },
});
const route = (namespace: string, name: string, host: string) => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'VirtualService',
  metadata: { name, namespace },
  spec: { hosts: [name], http: [{ route: [{ destination: { host } }] }] },
  status: { conditions: [{ type: 'Reconciled' }] },
});

const deployment = (name: string) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace: 'shop' },
  spec: {
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name, 'sidecar.istio.io/inject': 'true' } },
      spec: { containers: [{ name: 'app', image: 'app' }] },
    },
  },
});

const SHOP = [
  namespace('shop'),
  namespace('edge'),
  service('shop', 'reviews'),
  route('shop', 'reviews', 'reviews'),
  route('shop', 'ratings', 'rating'),
  route('edge', 'edge', 'nothing'),
];

// Calls of kubectl are answered from a description; what else is run, is run.
let kubectl: FakeKubectl | undefined;
jest.mock('../src/cli/process', () => {
  const actual = jest.requireActual<typeof Process>('../src/cli/process');
  const run: typeof actual.run = (program, args, options = {}) =>
    kubectl && program === 'kubectl' ? Promise.resolve(kubectl.run(args, options)) : actual.run(program, args, options);
  return { ...actual, run };
});

let folder: string;
let said: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'meshlint-test-'));
  kubectl = undefined;
  said = [];
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => Boolean(said.push(String(text).trim())));
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

const cluster = (description: Partial<FakeCluster>): void => {
  kubectl = new FakeKubectl({ namespace: 'shop', served: SERVED, objects: SHOP, ...description });
};

const calls = (): string[] => kubectl!.calls;

const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

async function lintCluster(options: Partial<InputOptions> = {}, paths: string[] = []) {
  const loaded = await loadMeshes(paths, { ...LIVE, ...options });
  const { mesh, result } = check(loaded, [unknownService, sharedHost], { today: '2026-06-01' });
  const shown = result.findings.map(
    ({ place, message }) => `${place.file.path.replace(`${folder}/`, '')}:${place.range.start.line} ${message}`,
  );
  return { mesh, shown, ...result };
}

describe('a cluster', () => {
  test('is judged in the namespace of the context, with all others as context', async () => {
    cluster({});
    expect((await lintCluster()).shown).toEqual([
      'cluster:VirtualService/shop/ratings:12 there is no Service "rating"',
    ]);
    expect(said).toEqual([]);
  });

  test('is judged in the namespace that is asked for, or in all', async () => {
    cluster({});
    expect((await lintCluster({ namespace: 'edge' })).shown).toEqual([
      'cluster:VirtualService/edge/edge:12 there is no Service "nothing"',
    ]);
    expect((await lintCluster({ allNamespaces: true })).shown).toHaveLength(2);
  });

  test('is read in few calls, and only what there is of what we need', async () => {
    cluster({});
    await lintCluster();
    const gets = calls().filter((call) => call.startsWith('get '));
    expect(gets.length).toBeLessThanOrEqual(6);
    expect(calls().length).toBeLessThanOrEqual(8);
    expect(calls().join('\n')).not.toMatch(/widgets|secrets|sidecars/);
    expect(gets[0]).toContain('--all-namespaces --chunk-size=500 --output=json');
  });

  test('is told to kubectl as the user told it', async () => {
    cluster({});
    await lintCluster({ context: 'prod', kubeconfig: '/tmp/x' });
    for (const call of calls()) expect(call).toContain('--context=prod --kubeconfig=/tmp/x');
  });

  test('shows an object as people write it, without what the server adds', async () => {
    cluster({});
    const { mesh } = await lintCluster();
    const text = mesh.files.find(({ path }) => path === 'cluster:Service/shop/reviews')?.text;
    expect(text).toBe(
      [
        'apiVersion: v1',
        'kind: Service',
        'metadata:',
        '  name: reviews',
        '  namespace: shop',
        'spec:',
        '  ports:',
        '    - name: http',
        '      port: 80',
        'status:',
        '  loadBalancer: {}',
        '',
      ].join('\n'),
    );
  });

  test('tells the two kinds of Gateway apart', async () => {
    const gateway = (apiVersion: string) => ({
      apiVersion,
      kind: 'Gateway',
      metadata: { name: 'a', namespace: 'shop' },
    });
    cluster({ objects: [...SHOP, gateway('networking.istio.io/v1'), gateway('gateway.networking.k8s.io/v1')] });
    const { mesh } = await lintCluster();
    const paths = mesh.files.map(({ path }) => path).filter((path) => path.includes('Gateway'));
    expect(paths).toEqual(['cluster:Gateway/shop/a', 'cluster:Gateway.gateway.networking.k8s.io/shop/a']);
  });

  test('is known completely: what is not in it does not exist, even where there is none of its kind', async () => {
    cluster({});
    const { mesh } = await lintCluster();
    expect(isClosed(mesh, 'Service', 'edge')).toBe(true);
    expect(isClosed(mesh, 'Sidecar', 'shop')).toBe(true);
    expect(isClosed(mesh, 'Secret', 'shop')).toBe(true);
  });

  test('without Istio is judged for the rest, and that is told', async () => {
    cluster({ served: SERVED.filter((name) => !name.endsWith('.istio.io')), objects: [namespace('shop')] });
    expect((await lintCluster()).shown).toEqual([]);
    expect(said).toEqual([
      'meshlint: this cluster has none of the Istio kinds (their definitions are not installed); checking the rest',
    ]);
  });

  test('of which one API does not answer is judged without it', async () => {
    cluster({
      broken: 'networking.istio.io/v1',
      served: SERVED.filter((name) => !name.includes('networking.istio.io')),
    });
    const { mesh } = await lintCluster();
    expect(isClosed(mesh, 'VirtualService', 'shop')).toBe(false);
    expect(isClosed(mesh, 'Service', 'shop')).toBe(true);
  });
});

describe('what the user may not read', () => {
  test('is told once, and what refers to it is not checked', async () => {
    cluster({ forbidden: ['services', 'deployments.apps'] });
    const { shown, unchecked } = await lintCluster({ allNamespaces: true });
    expect(shown).toEqual([]);
    expect(unchecked).toEqual([
      { kind: 'Service', namespace: 'shop', references: 2 },
      { kind: 'Service', namespace: 'edge', references: 1 },
    ]);
    expect(said).toEqual([
      'meshlint: cannot read services, deployments.apps: forbidden to user "ada"; what refers to them is not checked',
    ]);
  });

  test('everywhere is read in the one namespace', async () => {
    cluster({ forbidden: ['services@cluster', 'virtualservices.networking.istio.io@cluster', 'namespaces'] });
    const { shown, mesh } = await lintCluster();
    expect(shown).toEqual(['cluster:VirtualService/shop/ratings:12 there is no Service "rating"']);
    expect(isClosed(mesh, 'Service', 'shop')).toBe(true);
    expect(isClosed(mesh, 'Service', 'edge')).toBe(false);
    expect(said).toEqual([
      'meshlint: only in namespace "shop" can be listed: services, virtualservices.networking.istio.io; what lies elsewhere is unknown',
      'meshlint: cannot read namespaces: forbidden to user "ada"; what refers to them is not checked',
    ]);
  });

  test('at all is an error', async () => {
    cluster({ forbidden: SERVED });
    await expect(lintCluster({ allNamespaces: true })).rejects.toThrow(
      'user "ada" may read nothing in this cluster that meshlint looks at; name a namespace with -n',
    );
  });
});

describe('Secrets', () => {
  const key = '-----BEGIN PRIVATE KEY-----\nMIIsecret\n-----END PRIVATE KEY-----\n';
  const certificate = '-----BEGIN CERTIFICATE-----\nMIIpublic\n-----END CERTIFICATE-----\n';
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  const secret = (name: string, data: Values) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name,
      namespace: 'edge',
      annotations: { 'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify(data) },
    },
    type: 'kubernetes.io/tls',
    data,
  });
  const gateway = {
    apiVersion: 'networking.istio.io/v1',
    kind: 'Gateway',
    metadata: { name: 'edge', namespace: 'shop' },
    spec: {
      selector: { app: 'edge' },
      servers: [
        {
          hosts: ['*'],
          port: { number: 443, name: 'https', protocol: 'HTTPS' },
          tls: { mode: 'SIMPLE', credentialName: 'front' },
        },
      ],
    },
  };
  const workload = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'edge', namespace: 'edge' },
    spec: { template: { metadata: { labels: { app: 'edge' } } } },
  };
  const objects = [
    ...SHOP,
    gateway,
    workload,
    secret('front', { 'tls.crt': base64(certificate + key), 'tls.key': base64(key) }),
    secret('other', { password: base64('hunter2') }),
  ];

  test('are read only where a gateway names them, in the namespace of its workload, by their names', async () => {
    cluster({ objects });
    const { mesh } = await lintCluster();
    expect(mesh.all('Secret').map(({ title }) => title)).toEqual(['Secret edge/front']);
    expect(calls().filter((call) => call.includes('secrets'))).toEqual([
      expect.stringMatching(/^get secrets --namespace=shop --ignore-not-found .* -- front front-cacert$/),
      expect.stringMatching(/^get secrets --namespace=edge --ignore-not-found .* -- front front-cacert$/),
    ]);
  });

  test('lose everything but their certificates', async () => {
    cluster({ objects });
    const { mesh } = await lintCluster();
    const [front] = mesh.all('Secret');
    expect((front!.value as unknown as { data: Values }).data).toEqual({
      'tls.crt': base64(certificate),
      'tls.key': base64(REDACTED),
    });
    const whole = snapshot(mesh) + JSON.stringify(mesh.resources.map(({ value }) => value));
    expect(whole).not.toContain(base64(key).slice(8, 40));
    expect(whole).not.toContain('last-applied');
  });

  test('that must not be read leave the rest as it is', async () => {
    cluster({ objects, forbidden: ['secrets'] });
    const { mesh, shown } = await lintCluster();
    expect(shown).toHaveLength(1);
    expect(isClosed(mesh, 'Secret', 'edge')).toBe(false);
    expect(said).toEqual([
      'meshlint: cannot read secrets: forbidden to user "ada"; what refers to them is not checked',
    ]);
  });

  test('of files are redacted as well, in either form', () => {
    const written = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: {},
      stringData: { password: 'x', 'ca.crt': certificate, empty: '' },
    };
    expect(redact(written).stringData).toEqual({ password: REDACTED, 'ca.crt': certificate, empty: '' });
  });
});

describe('programs in pods', () => {
  test('and in whatever makes pods lose the values of their environment', () => {
    const env = [
      { name: 'A', value: 'hunter2' },
      { name: 'B', valueFrom: { secretKeyRef: { name: 'x', key: 'y' } } },
      5,
    ];
    const job = {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: {},
      spec: { template: { spec: { containers: [{ env }] } } },
    };
    const text = JSON.stringify(redact(job));
    expect(text).not.toContain('hunter2');
    expect(text).toContain('"name":"A"');
    expect(text).toContain('secretKeyRef');
  });

  test('and what is a secret by its form is replaced wherever it is', () => {
    const config = { apiVersion: 'v1', kind: 'ConfigMap', metadata: {}, data: { url: 'http://me:hunter2@h/' } };
    expect(JSON.stringify(redact(config))).not.toContain('hunter2');
  });

  test('keep their environment and arguments for themselves', async () => {
    const container = {
      name: 'app',
      image: 'app:1',
      env: [{ name: 'PASSWORD', value: 'hunter2' }],
      args: ['--token=hunter2'],
    };
    const proxy = {
      name: 'istio-proxy',
      image: 'proxyv2',
      env: [{ name: 'ISTIO_META_CLUSTER_ID', value: 'hunter3' }],
    };
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'a', namespace: 'shop' },
      spec: { containers: [container, proxy] },
    };
    cluster({ objects: [...SHOP, pod] });
    const text = snapshot((await lintCluster()).mesh);
    expect(text).not.toContain('hunter2');
    expect(text).toContain('ISTIO_META_CLUSTER_ID');
    expect(text).not.toContain('value: hunter3');
  });
});

describe('other clusters around one that is read', () => {
  const rating =
    'apiVersion: v1\nkind: Service\nmetadata: {name: rating, namespace: shop}\nspec: {ports: [{port: 80}]}\n';

  test('hold what runs in the mesh, in files', async () => {
    cluster({});
    const west = file('west.yaml', rating);
    expect((await lintCluster()).shown).toContain(
      'cluster:VirtualService/shop/ratings:12 there is no Service "rating"',
    );
    const { shown, mesh } = await lintCluster({ cluster: { west } });
    expect(shown).toEqual([]);
    expect([...mesh.clusters.keys()]).toEqual(['west']);
    const over = await lintCluster({ cluster: { west } }, [
      file('a.yaml', 'apiVersion: v1\nkind: Pod\nmetadata: {name: a}'),
    ]);
    expect(over.shown).toEqual([]);
  });

  test('or in a context of kubectl', async () => {
    cluster({});
    const { mesh } = await lintCluster({ context: 'east', cluster: { west: 'kube:west' } });
    expect(calls().filter((call) => call.startsWith('get') && call.includes('--context=west'))).not.toEqual([]);
    expect(mesh.clusters.get('west')!.files[0]!.path).toMatch(/^west:/);
    const files = [file('shop.yaml', rating)];
    const { mesh: offline } = await lintCluster({ kube: false, cluster: { west: 'kube:west' } }, files);
    expect(offline.clusters.get('west')!.all('Service').length).toBeGreaterThan(0);
  });
});

describe('files over a cluster', () => {
  test('replace its objects, and only what they change is told', async () => {
    cluster({});
    const path = file('ratings.yaml', toYaml(route('shop', 'ratings', 'missing')));
    const { shown, mesh } = await lintCluster({}, [path]);
    expect(shown).toEqual(['ratings.yaml:12 there is no Service "missing"']);
    expect(mesh.all('VirtualService').map(({ title }) => title)).toEqual([
      'VirtualService shop/ratings',
      'VirtualService shop/reviews',
      'VirtualService edge/edge',
    ]);
  });

  test('are checked against what the cluster has', async () => {
    cluster({});
    expect((await lintCluster({}, [file('a.yaml', toYaml(route('shop', 'new', 'reviews')))])).shown).toEqual([]);
  });

  test('can bring a fault to an object that is in the cluster, in whatever namespace', async () => {
    const twice = [
      route('edge', 'a', 'reviews.shop'),
      { ...route('edge', 'b', 'reviews.shop'), spec: { hosts: ['a'] } },
    ];
    cluster({ objects: [...SHOP, ...twice] });
    const path = file('new.yaml', toYaml({ ...route('shop', 'new', 'reviews'), spec: { hosts: ['edge'] } }));
    expect((await lintCluster({}, [path])).shown).toEqual([
      'new.yaml:8 this host has two routes',
      'cluster:VirtualService/edge/edge:8 this host has two routes',
    ]);
    expect((await lintCluster({ namespace: 'edge' })).shown).toEqual([
      'cluster:VirtualService/edge/edge:12 there is no Service "nothing"',
      'cluster:VirtualService/edge/a:8 this host has two routes',
      'cluster:VirtualService/edge/b:8 this host has two routes',
    ]);
  });

  test('go to the namespace of the context where they name none', async () => {
    cluster({});
    const path = file('a.yaml', toYaml({ ...route('', 'new', 'reviews'), metadata: { name: 'new' } }));
    const { shown, mesh } = await lintCluster({}, [path]);
    expect(shown).toEqual([]);
    expect(mesh.all('VirtualService')[0]!.title).toBe('VirtualService shop/new');
    expect((await lintCluster({ namespace: 'edge' }, [path])).shown).toEqual([
      'a.yaml:11 there is no Service "reviews"',
    ]);
  });

  test('of which not all could be rendered call nothing missing', async () => {
    cluster({});
    const { shown, unchecked } = await lintCluster({}, ['fixtures/repositories/aggregate']);
    expect(shown).toEqual([]);
    expect(unchecked).toEqual([{ kind: 'Service', namespace: 'shop', references: 1 }]);
  });

  test('that are only context are no news', async () => {
    cluster({});
    const path = file('a.yaml', toYaml(service('shop', 'rating')));
    expect((await lintCluster({ with: [path] })).shown).toEqual([]);
  });
});

describe('diff cluster FILES', () => {
  const older = (object: ReturnType<typeof route>) => ({
    ...object,
    metadata: { ...object.metadata, creationTimestamp: '2026-01-01T00:00:00Z' },
  });
  async function printed(args: readonly string[], name = 'meshlint'): Promise<string> {
    let text = '';
    const write = (chunk: string, end?: () => void): boolean => {
      text += chunk;
      end?.();
      return true;
    };
    jest.spyOn(process.stdout, 'write').mockImplementation(write as typeof process.stdout.write);
    await main(['node', name, 'diff', ...args], '0.0.0', name);
    return text;
  }

  test('says what changes when the files are applied to the cluster', async () => {
    const pods = ['a', 'b'].map(deployment);
    cluster({ objects: [...SHOP, ...pods, service('shop', 'rating'), { ...route('shop', 'rating', 'rating') }] });
    const change = {
      ...route('shop', 'rating', 'rating'),
      spec: {
        hosts: ['rating'],
        http: [
          {
            fault: { abort: { httpStatus: 418, percentage: { value: 100 } } },
            route: [{ destination: { host: 'rating' } }],
          },
        ],
      },
    };
    const path = file('rating.yaml', toYaml(change));
    const files = [path, file('other.yaml', toYaml(service('shop', 'new')))];
    const text = await printed(['cluster', ...files]);
    expect(text).toContain('changed: GET http://rating.shop.svc.cluster.local/  from a.shop and 1 other client');
    expect(text.split('\n\n')[0]).not.toContain('added:');
    expect(text).toContain(`changed: VirtualService shop/rating spec.http[0].fault  ${path}:`);
    expect(text).toContain(`requests change in the cluster with ${files.join(', ')} applied compared with the cluster`);
    expect(await printed(files, 'kubectl meshlint')).toBe(text);
    expect(await printed(['cluster', ...files], 'kubectl meshlint')).toBe(text);
  });

  test('an applied object is as old as the one that it replaces', async () => {
    cluster({ objects: [...SHOP, older(route('shop', 'old', 'reviews')), route('shop', 'any', 'reviews')] });
    const [{ mesh, before }] = (await loadMeshes([file('old.yaml', toYaml(route('shop', 'old', 'rating')))], LIVE)) as [
      LoadedMesh,
    ];
    const timeIn = (each: Mesh) =>
      each.all('VirtualService').find(({ name }) => name === 'old')!.metadata.creationTimestamp;
    expect([timeIn(before!), timeIn(mesh)]).toEqual(['2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z']);
  });

  test('two states are compared, no more', async () => {
    await printed(['main', 'a', 'b']);
    expect(said.join()).toContain('meshlint: too many states to compare');
    process.exitCode = 0;
  });
});

describe('a snapshot', () => {
  test('reads as the cluster that it was taken from', async () => {
    cluster({ forbidden: ['deployments.apps'] });
    const live = await lintCluster({ allNamespaces: true });
    const path = file('mesh.yaml', snapshot(live.mesh));
    const [loaded] = await loadMeshes([path], { ...LIVE });
    const { result } = check([loaded!], [unknownService, sharedHost], { today: '2026-06-01' });
    const told = (findings: typeof result.findings) =>
      findings.map(({ place, message }) => [place.resource?.title, place.pathText, message]).sort();
    expect(told(result.findings)).toEqual(told(live.findings));
    for (const kind of ['Service', 'Sidecar', 'Deployment'])
      expect([kind, isClosed(loaded!.mesh, kind, 'nowhere')]).toEqual([kind, isClosed(live.mesh, kind, 'nowhere')]);
  });

  test('is the same whatever the order of the objects', async () => {
    cluster({});
    const one = snapshot((await lintCluster({ allNamespaces: true })).mesh);
    cluster({ objects: SHOP.toReversed() });
    expect(snapshot((await lintCluster({ allNamespaces: true })).mesh)).toBe(one);
  });
});

describe('a cluster that cannot be read is told in one line', () => {
  test.each([
    ['error: context "prood" does not exist', 'unknown kubectl context "prood"; did you mean "prod"?'],
    ['error: cannot locate context prood', 'unknown kubectl context "prood"; did you mean "prod"?'],
    ['error: context "x" does not exist', 'unknown kubectl context "x"; known: "prod", "test"'],
    ['error: stat /no/such: no such file or directory', 'kubeconfig "/no/such" does not exist'],
    [
      'E1123 00:05:51.500225 3578 memcache.go:265] "Unhandled Error" err="couldn\'t get current server API group list"\nThe connection to the server 127.0.0.1:16449 was refused - did you specify the right host or port?',
      'cannot reach the cluster: 127.0.0.1:16449 refuses connections',
    ],
    [
      'The connection to the server localhost:8080 was refused - did you specify the right host or port?',
      'kubectl has no current context; set one, or use --context or --kubeconfig',
    ],
    [
      'Unable to connect to the server: dial tcp: lookup nowhere.invalid: no such host',
      'cannot reach the cluster: dial tcp: lookup nowhere.invalid: no such host',
    ],
    [
      'Unable to connect to the server: tls: failed to verify certificate: x509: certificate has expired',
      'cannot reach the cluster: tls: failed to verify certificate: x509: certificate has expired',
    ],
    [
      'error: You must be logged in to the server (Unauthorized)',
      'the cluster does not accept your credentials (Unauthorized): they are not valid or have expired',
    ],
    ['error: exec plugin: aws not found', 'cannot read the cluster: exec plugin: aws not found'],
    ['', 'cannot read the cluster: kubectl failed without a message'],
  ])('%s', async (failure, message) => {
    cluster({ failure, contexts: ['prod', 'test'] });
    await expect(lintCluster({ context: 'x' })).rejects.toThrow(message);
  });

  test('without kubectl', async () => {
    const path = process.env['PATH'];
    process.env['PATH'] = folder;
    try {
      await expect(lintCluster()).rejects.toThrow('kubectl is not on the PATH; it is required to read a cluster');
    } finally {
      process.env['PATH'] = path;
    }
  });

  test('with something else than JSON', async () => {
    cluster({});
    jest.spyOn(kubectl!, 'run').mockImplementation((args, { onOutput }) => {
      onOutput?.(Buffer.from('{"items": [{"a": nothing}]}'));
      return { status: 0, stdout: args[0] === 'api-resources' ? SERVED.join('\n') : 'shop', stderr: '' };
    });
    await expect(lintCluster()).rejects.toThrow(/^the output of kubectl is not valid JSON: /);
  });

  test('without the namespace', async () => {
    cluster({});
    await expect(lintCluster({ namespace: 'shopp' })).rejects.toThrow(
      'namespace "shopp" does not exist in the cluster; did you mean "shop"?',
    );
  });

  test('with contradictory options', async () => {
    await expect(lintCluster({ namespace: 'shop', allNamespaces: true })).rejects.toThrow('use either');
  });
});

describe('lists', () => {
  const items = [{ a: '}]"\\', b: [{ c: '{' }] }, { d: { e: [1, [2, {}]] } }, { f: 'ü€𐍈' }];
  const list = JSON.stringify({ apiVersion: 'v1', items, kind: 'List', metadata: { x: [{}] } }, null, 4);

  test('are read item by item, wherever the pieces are cut', () => {
    const bytes = Buffer.from(list);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: bytes.length })), (cuts) => {
        const found: unknown[] = [];
        const reader = new ListReader((item) => found.push(item));
        const ends = [...cuts, bytes.length].sort((a, b) => a - b);
        ends.forEach((end, index) => reader.push(bytes.subarray(ends[index - 1] ?? 0, end)));
        expect(found).toEqual(items);
      }),
    );
  });
});

describe('the text of an object', () => {
  test('reads as the object', () => {
    const scalar = fc.oneof(
      fc.string(),
      fc.constantFrom(
        'yes',
        'n',
        '010',
        '0X1F',
        '0B1',
        '0O17',
        '+0x1',
        '1e1_0',
        '.5e3',
        '-.inf',
        '+.5',
        '0x1F',
        '1_000',
        '~',
        '1:30',
        '.5',
        '---',
        '{{ x }}',
        'a\n---\nb\n',
        '# x',
        '*',
        '<<',
      ),
      fc.double({ noNaN: true, noDefaultInfinity: true }).filter((number) => !Object.is(number, -0)),
      fc.boolean(),
      fc.constant(null),
    );
    const value = fc.letrec((tie) => ({
      value: fc.oneof({ depthSize: 'small' }, scalar, fc.array(tie('value')), fc.dictionary(fc.string(), tie('value'))),
    })).value;
    fc.assert(
      fc.property(fc.dictionary(fc.string(), value), (object) => expect(loadValue(toYaml(object))).toEqual(object)),
      { numRuns: Number(process.env['RUNS'] ?? 100) },
    );
  });
});

test('what a file says of its completeness is believed where nothing else is said', () => {
  const text = `# a comment\n# meshlint: complete Service/*, Secret/shop\n\n# meshlint: unknown Pod/*\n---\n# meshlint: complete Sidecar/*\n${toYaml(SHOP[2])}`;
  const files = [read('a.yaml', text)];
  const mesh = new Mesh(files, { held: heldBy(files) });
  const closed = [
    ['Service', 'edge'],
    ['Secret', 'shop'],
    ['Secret', 'edge'],
    ['Pod', 'shop'],
    ['Sidecar', 'shop'],
  ] as const;
  expect(closed.map(([kind, where]) => isClosed(mesh, kind, where))).toEqual([true, true, false, false, false]);
  expect(isClosed(new Mesh(files, { world: 'open', held: heldBy(files) }), 'Service', 'edge')).toBe(false);
});

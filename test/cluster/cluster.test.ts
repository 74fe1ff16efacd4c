import { execFile } from 'node:child_process';
import { createSign } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { admit } from '../../src/schema/admit';
import { read } from '../../src/source/read';
import type { Resource } from '../../src/source/resource';

const HERE = resolve('test/cluster');

interface Ended {
  status: number;
  stdout: string;
  stderr: string;
}

function run(program: string, args: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
  const options = { env: { ...process.env, NO_COLOR: '1', ...env }, maxBuffer: 1 << 28 };
  return new Promise((done) => {
    execFile(program, args, options, (error, stdout, stderr) => {
      const status = error ? (typeof error.code === 'number' ? error.code : -1) : 0;
      done({ status, stdout, stderr });
    });
  });
}

let home: string;
let kubeconfig: string;
const started: string[] = [];

/** Starts a server in a folder of its own; its kubeconfig is the answer. */
async function up(name: string, env: Record<string, string> = {}): Promise<string> {
  const folder = join(home, name);
  started.push(folder);
  const { status, stdout, stderr } = await run(join(HERE, 'up.sh'), [folder], {
    PORT: String(await freePorts()),
    ...env,
  });
  if (status !== 0) throw new Error(`up.sh failed: ${stderr}`);
  return stdout.trim();
}

/** The first of three ports in a row on which nobody listens. */
async function freePorts(): Promise<number> {
  const first = 20_000 + Math.floor(Math.random() * 10_000);
  const free = await Promise.all([0, 1, 2].map((each) => isFree(first + each)));
  return free.every(Boolean) ? first : freePorts();
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((done) => {
    const server = createServer();
    server.once('error', () => done(false));
    server.listen(port, '127.0.0.1', () => server.close(() => done(true)));
  });

/** `kubectl meshlint ...`, by way of the real kubectl. */
const plugin = (args: readonly string[], env: Record<string, string> = {}): Promise<Ended> =>
  run('kubectl', ['meshlint', ...args], {
    KUBECONFIG: kubeconfig,
    PATH: `${join(home, 'bin')}${delimiter}${process.env['PATH']}`,
    ...env,
  });

const kubectl = async (args: readonly string[]): Promise<string> => {
  const { status, stdout, stderr } = await run('kubectl', ['--kubeconfig', kubeconfig, ...args]);
  if (status !== 0) throw new Error(`kubectl ${args.join(' ')}: ${stderr}`);
  return stdout;
};

const apply = (...objects: object[]): Promise<string> => {
  const path = file('apply.json', { apiVersion: 'v1', kind: 'List', items: objects });
  return kubectl(['apply', '-f', path]);
};

function file(name: string, value: object | string): string {
  const path = join(home, name);
  writeFileSync(path, typeof value === 'string' ? value : JSON.stringify(value));
  return path;
}

interface Finding {
  rule: string;
  message: string;
  file: string;
  path: string;
  resource: object;
  range: { start: { line: number } };
}

async function findings(args: readonly string[]): Promise<Finding[]> {
  const { stdout, stderr } = await plugin(['lint', '--format', 'json', ...args]);
  if (!stdout) throw new Error(stderr);
  return (JSON.parse(stdout) as { findings: Finding[] }).findings;
}

const namespace = (name: string) => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, labels: { 'istio-injection': 'enabled' } },
});

const route = (where: string, name: string, annotations = {}) => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'VirtualService',
  metadata: { name, namespace: where, annotations },
  spec: { hosts: [name], http: [{ route: [{ destination: { host: 'reviews.default.svc.cluster.local' } }] }] },
});

// A fault that has no need of anything else: a suppression that silences nothing.
const FAULT = { 'galley.istio.io/analyze-suppress': 'IST0101' };

const KEY = `-----BEGIN PRIVATE KEY-----\n${'a-very-private-key'.repeat(3)}\n-----END PRIVATE KEY-----\n`;
const CERTIFICATE = `-----BEGIN CERTIFICATE-----\n${'a-public-certificate'.repeat(3)}\n-----END CERTIFICATE-----\n`;
const base64 = (text: string) => Buffer.from(text).toString('base64');

const role = (user: string, where: string | undefined, resources: Record<string, string[]>) => {
  const rules = Object.entries(resources).map(([group, names]) => ({
    apiGroups: [group],
    resources: names,
    verbs: ['get', 'list'],
  }));
  const kind = where ? 'Role' : 'ClusterRole';
  const metadata = { name: user, ...(where && { namespace: where }) };
  const apiVersion = 'rbac.authorization.k8s.io/v1';
  return [
    { apiVersion, kind, metadata, rules },
    {
      apiVersion,
      kind: `${kind}Binding`,
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind, name: user },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: user }],
    },
  ];
};

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'meshlint-cluster-'));
  mkdirSync(join(home, 'bin'));
  symlinkSync(resolve('bin/kubectl-meshlint.js'), join(home, 'bin', 'kubectl-meshlint'));
  kubeconfig = await up('mesh');
  await kubectl(['apply', '-f', 'fixtures/bookinfo']);
  await apply(namespace('shop'), route('default', 'reviews', FAULT), route('shop', 'shop', FAULT));
}, 180_000);

afterAll(async () => {
  for (const folder of started) await run(join(HERE, 'down.sh'), [folder]);
  rmSync(home, { recursive: true, force: true });
}, 60_000);

describe('Bookinfo in a cluster', () => {
  test('is found faulty where it is', async () => {
    const found = await findings([]);
    expect(found.map(({ rule, file, path }) => [rule, file, path])).toEqual([
      [
        'unused-suppression',
        'cluster:VirtualService/default/reviews',
        'metadata.annotations["galley.istio.io/analyze-suppress"]',
      ],
    ]);
  });

  test('is shown as people write it', async () => {
    const { stdout, status } = await plugin(['lint']);
    expect(stdout).toContain('     galley.istio.io/analyze-suppress: IST0101\n');
    expect(stdout).toMatch(/^1 warning \(\d+ resources in the cluster\)$/m);
    expect(stdout).not.toMatch(/managedFields|last-applied|resourceVersion/);
    expect(status).toBe(0);
  });

  test('other namespaces are judged when they are asked for', async () => {
    expect((await findings(['-n', 'shop'])).map((each) => each.file)).toEqual(['cluster:VirtualService/shop/shop']);
    expect(await findings(['-A'])).toHaveLength(2);
  });

  test('files lie over it, and only what they change is told', async () => {
    const path = file(
      'what-if.yaml',
      [route('shop', 'new', FAULT), route('shop', 'shop')].map((each) => JSON.stringify(each)).join('\n---\n'),
    );
    expect((await findings([path])).map((each) => each.file)).toEqual([path]);
  });

  test('meshlint --kube does the same without kubectl in front', async () => {
    const { stdout } = await run(process.execPath, [
      'bin/meshlint.js',
      'lint',
      '--kubeconfig',
      kubeconfig,
      '-A',
      '--format',
      'json',
    ]);
    expect((JSON.parse(stdout) as { findings: unknown[] }).findings).toHaveLength(2);
  });
});

describe('a plan', () => {
  test('compares the cluster with the cluster after applying files', async () => {
    const abort = { fault: { abort: { httpStatus: 418, percentage: { value: 100 } } } };
    const destination = { host: 'ratings' };
    const change = {
      ...route('default', 'ratings'),
      spec: { hosts: ['ratings'], http: [{ ...abort, route: [{ destination }] }] },
    };
    const path = file('plan.json', change);
    const { stdout, stderr, status } = await plugin(['diff', path, '--exit-code']);
    expect(stderr).toBe('');
    expect(stdout).toContain('GET http://ratings.default.svc.cluster.local:9080/  from ');
    expect(stdout).toContain('added: VirtualService default/ratings');
    expect(stdout).toContain(`in the cluster with ${path} applied compared with the cluster`);
    expect(status).toBe(1);
    const same = await run(process.execPath, ['bin/meshlint.js', 'diff', 'cluster', path, '--kubeconfig', kubeconfig]);
    expect(same.stdout).toBe(stdout);
  });
});

describe('a snapshot', () => {
  test('is judged as the cluster is, and taken twice it is the same', async () => {
    const snapshots = [await plugin(['snapshot']), await plugin(['snapshot'])];
    expect(snapshots[0]!.status).toBe(0);
    expect(snapshots[1]!.stdout).toBe(snapshots[0]!.stdout);
    const path = file('snapshot.yaml', snapshots[0]!.stdout);
    const { stdout } = await run(process.execPath, ['bin/meshlint.js', 'lint', path, '--format', 'json']);
    const report = JSON.parse(stdout) as { findings: Finding[]; unchecked: unknown[] };
    const told = (list: readonly Finding[]) =>
      list.map(({ rule, message, path, resource }) => JSON.stringify({ rule, message, path, resource })).sort();
    expect(told(report.findings)).toEqual(told(await findings(['-A'])));
    expect(report.findings.length).toBeGreaterThan(0);

    const proxy = ['--proxy', 'productpage-v1.default', '-o', 'json'];
    const live = await plugin(['envoy', ...proxy]);
    const saved = await run(process.execPath, ['bin/meshlint.js', 'envoy', path, ...proxy]);
    expect(live.stdout).toContain('outbound|9080||reviews.default.svc.cluster.local');
    expect(saved.stdout).toBe(live.stdout);
  });
});

describe('Secrets', () => {
  beforeAll(() =>
    apply(
      {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'front', namespace: 'istio-system' },
        type: 'kubernetes.io/tls',
        data: { 'tls.crt': base64(CERTIFICATE), 'tls.key': base64(KEY) },
      },
      {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'other', namespace: 'istio-system' },
        data: { password: base64('hunter2') },
      },
      {
        apiVersion: 'networking.istio.io/v1',
        kind: 'Gateway',
        metadata: { name: 'front', namespace: 'istio-system' },
        spec: {
          selector: { istio: 'ingressgateway' },
          servers: [
            {
              port: { number: 443, name: 'https', protocol: 'HTTPS' },
              hosts: ['front.example.com'],
              tls: { mode: 'SIMPLE', credentialName: 'front' },
            },
          ],
        },
      },
      ...role('reader', undefined, {
        '': ['services', 'namespaces', 'pods', 'nodes', 'serviceaccounts', 'configmaps'],
        apps: ['deployments', 'statefulsets', 'daemonsets'],
        'discovery.k8s.io': ['endpointslices'],
        'networking.k8s.io': ['*'],
        'admissionregistration.k8s.io': ['*'],
        'apiextensions.k8s.io': ['*'],
        'networking.istio.io': ['*'],
        'security.istio.io': ['*'],
        'telemetry.istio.io': ['*'],
        'extensions.istio.io': ['*'],
        'gateway.networking.k8s.io': ['*'],
      }),
      ...role('member', 'shop', { '': ['services', 'pods'], 'networking.istio.io': ['virtualservices'] }),
    ),
  );

  test('that a gateway names are read, and nothing of them is shown but certificates', async () => {
    const { stdout } = await plugin(['snapshot']);
    expect(stdout).toContain('name: front\n  namespace: istio-system');
    expect(stdout).toContain(base64(CERTIFICATE));
    for (const secret of [KEY, base64(KEY), 'hunter2', base64('hunter2')]) expect(stdout).not.toContain(secret);
    expect(stdout).not.toContain('name: other');
  });

  test('may be forbidden: it is told once, and the rest is judged', async () => {
    const { status, stdout, stderr } = await plugin(['lint', '-A', '--context', 'reader']);
    expect(stderr).toBe(
      'meshlint: cannot read secrets: forbidden to user "reader"; what refers to them is not checked\n',
    );
    expect(stdout).toContain('2 warnings');
    expect(status).toBe(0);
  });

  test('a user of one namespace gets that namespace', async () => {
    const { stdout, stderr } = await plugin(['lint', '--context', 'member']);
    expect(stdout).toContain('cluster:VirtualService/shop/shop');
    expect(stderr).toContain('meshlint: only in namespace "shop" can be listed: ');
    expect(stderr.trim().split('\n')).toHaveLength(2);
  });

  test('a user without any right is told so', async () => {
    const { status, stderr } = await plugin(['lint', '-A', '--context', 'member']);
    expect(stderr).toBe(
      'kubectl meshlint: user "member" may read nothing in this cluster that meshlint looks at; name a namespace with -n\n',
    );
    expect(status).toBe(2);
  });
});

describe('what cannot be reached is told in one line', () => {
  const changed = (name: string, change: (text: string) => string) =>
    file(name, change(readFileSync(kubeconfig, 'utf8')));
  const withToken = (name: string, token: string) =>
    changed(name, (text) => text.replace(/(name: admin, user: \{token: ")[^"]*/, `$1${token}`));

  test.each([
    [
      'a server that nobody runs',
      () => changed('down', (text) => text.replace(/127\.0\.0\.1:\d+/, '127.0.0.1:9')),
      'cannot reach the cluster: 127.0.0.1:9 refuses connections',
    ],
    [
      'a name that nobody knows',
      () => changed('dns', (text) => text.replace(/127\.0\.0\.1:\d+/, 'nowhere.invalid:443')),
      /^cannot reach the cluster: dial tcp: lookup nowhere\.invalid.*/,
    ],
    [
      'a wrong token',
      () => withToken('wrong', 'wrong'),
      'the cluster does not accept your credentials (Unauthorized): they are not valid or have expired',
    ],
    [
      'an expired token',
      () => withToken('expired', expiredToken()),
      'the cluster does not accept your credentials (Unauthorized): they are not valid or have expired',
    ],
    ['no kubeconfig', () => join(home, 'nowhere'), /^kubeconfig ".*nowhere" does not exist$/],
  ])('%s', async (_, path, message) => {
    const { status, stdout, stderr } = await plugin(['lint', '--kubeconfig', path()]);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr.trim().replace('kubectl meshlint: ', '')).toEqual(
      typeof message === 'string' ? message : expect.stringMatching(message),
    );
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  });

  test('a context that is not there', async () => {
    const { status, stderr } = await plugin(['lint', '--context', 'raeder']);
    expect(stderr).toBe('kubectl meshlint: unknown kubectl context "raeder"; did you mean "reader"?\n');
    expect(status).toBe(2);
  });

  test('a namespace that is not there', async () => {
    const { status, stderr } = await plugin(['lint', '-n', 'shopp']);
    expect(stderr).toBe('kubectl meshlint: namespace "shopp" does not exist in the cluster; did you mean "shop"?\n');
    expect(status).toBe(2);
  });
});

/** A token of a service account as the server signs them, whose time is over. */
function expiredToken(): string {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const now = Math.floor(Date.now() / 1000);
  const issuer = 'https://kubernetes.default.svc';
  const claims = {
    iss: issuer,
    aud: [issuer],
    sub: 'system:serviceaccount:default:default',
    iat: now - 7200,
    exp: now - 3600,
  };
  const signed = `${encode({ alg: 'RS256', typ: 'JWT' })}.${encode(claims)}`;
  const key = readFileSync(join(home, 'mesh', 'sa.key'));
  return `${signed}.${createSign('RSA-SHA256').update(signed).sign(key, 'base64url')}`;
}

describe('2,000 objects', () => {
  beforeAll(async () => {
    const objects = Array.from({ length: 20 }, (_, index) => `many-${index}`).flatMap((where) => [
      namespace(where),
      ...Array.from({ length: 33 }, (_, index) => [
        {
          apiVersion: 'v1',
          kind: 'Service',
          metadata: { name: `s${index}`, namespace: where },
          spec: { ports: [{ name: 'http', port: 80 }] },
        },
        route(where, `s${index}`),
        {
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          metadata: { name: `s${index}`, namespace: where },
          spec: {
            selector: { matchLabels: { app: `s${index}` } },
            template: {
              metadata: { labels: { app: `s${index}` } },
              spec: { containers: [{ name: 'app', image: 'app' }] },
            },
          },
        },
      ]).flat(),
    ]);
    await kubectl(['create', '-f', file('many.json', { apiVersion: 'v1', kind: 'List', items: objects })]);
  }, 120_000);

  test('are read and judged in less than ten seconds', async () => {
    const start = Date.now();
    const { stdout } = await plugin(['lint', '-A']);
    const seconds = (Date.now() - start) / 1000;
    const [, resources] = /\((\d+) resources in the cluster\)/.exec(stdout) ?? [];
    expect(Number(resources)).toBeGreaterThan(2000);
    expect(seconds).toBeLessThan(10);
    console.log(`${resources} resources in ${seconds.toFixed(1)} s`);
  });
});

describe('APIs that are not there', () => {
  test('one that does not answer is told, if it matters, and the rest is judged', async () => {
    await apply({
      apiVersion: 'apiregistration.k8s.io/v1',
      kind: 'APIService',
      metadata: { name: 'v1beta1.metrics.k8s.io' },
      spec: {
        group: 'metrics.k8s.io',
        version: 'v1beta1',
        groupPriorityMinimum: 100,
        versionPriority: 100,
        insecureSkipTLSVerify: true,
        service: { name: 'nobody', namespace: 'default' },
      },
    });
    expect(await findings(['-n', 'shop'])).toHaveLength(1);
  });

  test('a cluster without the definitions of Istio is judged for the rest', async () => {
    const bare = await up('bare', { DEFINITIONS: 'none' });
    const { status, stdout, stderr } = await plugin(['lint', '-A', '--rule', 'uninjected-namespace=info'], {
      KUBECONFIG: bare,
    });
    expect(stderr).toBe(
      'meshlint: this cluster has none of the Istio kinds (their definitions are not installed); checking the rest\n',
    );
    expect(stdout).toContain('namespace "default" has no injection label [uninjected-namespace]');
    expect(stdout).toMatch(/^1 info \(\d+ resources in the cluster\)$/m);
    expect(status).toBe(0);
  }, 120_000);
});

describe('documents, accepted and refused', () => {
  const folders = ['fixtures/schema', 'fixtures/bookinfo', 'fixtures/simulate', 'fixtures/bookinfo-networking'];
  const documents = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.yaml'))
      .flatMap((path) => read(path, readFileSync(join(folder, path), 'utf8')).resources),
  );

  /** Where objects of a kind are created; undefined for what no API server has. */
  async function collectionOf({ apiVersion, kind, metadata }: Resource, known: Map<string, Promise<Kinds>>) {
    const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const listing =
      known.get(root) ??
      kubectl(['get', '--raw', root]).then(
        (text) => (JSON.parse(text) as { resources: Kinds }).resources,
        () => [],
      );
    known.set(root, listing);
    const found = (await listing).find((each) => each.kind === kind && !each.name.includes('/'));
    if (!found) return undefined;
    const where = typeof metadata.namespace === 'string' ? metadata.namespace : 'default';
    return `${root}${found.namespaced ? `/namespaces/${where}` : ''}/${found.name}`;
  }

  type Kinds = { kind: string; name: string; namespaced: boolean }[];

  test('are judged as the server judges them, apart from what only the webhook knows', async () => {
    const known = new Map<string, Promise<Kinds>>();
    const differences: string[] = [];
    let asked = 0;
    for (const [index, document] of documents.entries()) {
      const collection = await collectionOf(document, known);
      if (collection === undefined) continue;
      const path = file(`document-${index}.json`, document.written as object);
      const query = 'dryRun=All&fieldValidation=Strict';
      const answer = await run('kubectl', [
        '--kubeconfig',
        kubeconfig,
        'create',
        '--raw',
        `${collection}?${query}`,
        '-f',
        path,
      ]);
      // That it is there already, or its namespace is not, says nothing of the document.
      if (/AlreadyExists|already exists|namespaces "[^"]*" not found/.test(answer.stderr)) continue;
      asked++;
      const ours = admit(document, '1.31').violations.filter(
        ({ severity, layer }) => severity === 'error' && layer !== 'webhook',
      );
      if ((answer.status !== 0) !== ours.length > 0)
        differences.push(
          `${document.file.path} ${document.title}: ${answer.stderr.trim() || 'accepted'}; ours: ${ours.map(({ message }) => message).join(', ') || 'accepted'}`,
        );
    }
    expect(differences).toEqual([]);
    expect(asked).toBeGreaterThan(200);
  }, 240_000);
});

/** Runs the program on files that lie around a mesh, of which one is hostile, and names what must not happen whatever it holds. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { Seed } from './mutants';

/** A way to call the program, in which one file is replaced. */
interface Scene {
  readonly args: readonly string[];
  /** The file that is replaced, and what is usual there. */
  readonly file: string;
  readonly usual: unknown;
  readonly others?: Readonly<Record<string, string>>;
  readonly isJson?: true;
}

const LEGACY_CALL = {
  mode: 'mixer',
  call: 'check',
  attributes: { 'source.namespace': 'shop', 'request.headers': { 'x-team': 'blue' }, 'response.duration': '1.5s' },
};

/** What no output may show. */
const SECRET = 'correct-horse-battery-staple';

const MESH = `apiVersion: v1
kind: Service
metadata: {name: reviews, namespace: shop}
spec: {selector: {app: reviews}, ports: [{name: http, port: 9080}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: reviews-v1, namespace: shop}
spec:
  selector: {matchLabels: {app: reviews}}
  template:
    metadata: {labels: {app: reviews, version: v1, sidecar.istio.io/inject: "true"}}
    spec: {containers: [{name: main, image: reviews}]}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: reviews, namespace: shop}
spec: {hosts: [reviews], http: [{route: [{destination: {host: reviews, subset: v1}}]}]}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: reviews, namespace: shop}
spec: {host: reviews, subsets: [{name: v1, labels: {version: v1}}]}
`;
const FROM = ['--from', 'reviews-v1.shop', 'mesh.yaml'];
const REQUEST = { method: 'GET', authority: 'reviews:9080', path: '/', headers: { cookie: SECRET } };

const SCENES: readonly Scene[] = [
  {
    args: ['lint', 'mesh.yaml'],
    file: '.meshlint.yaml',
    usual: {
      extends: ['strict', 'more.yaml'],
      istioVersion: '1.31',
      world: 'auto',
      meshConfig: { trustDomain: 'example.org', accessLogFile: '/dev/stdout' },
      with: ['other'],
      clusters: { west: 'other' },
      meshes: [['mesh.yaml', 'other']],
      ignore: ['*.tmp', '!b'],
      baseline: 'baseline.json',
      allKinds: true,
      rules: { 'unknown-host': 'error', IST0118: 'off' },
      overrides: [{ files: ['other/**'], namespaces: ['dev-*'], rules: { 'schema-violation': 'info' } }],
      assume: { hosts: ['a.example.com', { host: 'b', subsets: ['v1'] }], gateways: ['a/b'], secrets: ['a/*'] },
    },
    others: { 'more.yaml': 'rules: {unknown-subset: warning}\n', 'other/a.yaml': MESH.slice(0, 130) },
  },
  {
    args: ['lint', '.'],
    file: 'overlay/kustomization.yaml',
    usual: {
      apiVersion: 'kustomize.config.k8s.io/v1beta1',
      kind: 'Kustomization',
      resources: ['../base'],
      components: ['../component'],
      namespace: 'shop',
      namePrefix: 'a-',
      nameSuffix: '-b',
      labels: [{ pairs: { a: 'b' }, includeSelectors: true, fields: [{ path: 'spec/x', create: true }] }],
      commonAnnotations: { a: 'b' },
      images: [{ name: 'reviews', newName: 'other', newTag: 'v2' }],
      replicas: [{ name: 'reviews-v1', count: 2 }],
      configMapGenerator: [{ name: 'c', literals: ['a=b'], files: ['patch.yaml'], envs: ['env'] }],
      secretGenerator: [{ name: 's', literals: [`a=${SECRET}`], type: 'Opaque' }],
      patches: [
        { path: 'patch.yaml', target: { kind: 'VirtualService', name: 'rev.*' } },
        { patch: '[{op: add, path: /metadata/labels, value: {a: b}}]', target: { kind: 'Service' } },
      ],
      replacements: [
        {
          source: {
            kind: 'Service',
            name: 'reviews',
            fieldPath: 'metadata.name',
            options: { delimiter: '-', index: 0 },
          },
          targets: [{ select: { kind: 'VirtualService' }, fieldPaths: ['spec.hosts.0'] }],
        },
      ],
    },
    others: {
      'base/kustomization.yaml': 'resources: [mesh.yaml]\n',
      'base/mesh.yaml': MESH,
      'component/kustomization.yaml': 'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n',
      'overlay/patch.yaml': 'spec: {http: [{timeout: 3s}]}\n',
      'overlay/env': 'A=b\n',
    },
  },
  {
    args: ['lint', 'mesh.yaml', '--baseline', 'baseline.json'],
    file: 'baseline.json',
    usual: {
      version: 2,
      findings: [{ fingerprint: 'a1b2', count: 1, rule: 'unknown-host', file: 'mesh.yaml' }],
    },
    isJson: true,
  },
  {
    args: ['lint', 'mesh.yaml', '--baseline', 'baseline.json', '--update-baseline'],
    file: 'baseline.json',
    usual: { version: 1, findings: [{ fingerprint: 'a1b2', count: 2, rule: 'unknown-host', file: 'mesh.yaml' }] },
    isJson: true,
  },
  {
    args: ['simulate', '--har', 'record.har', ...FROM, '-o', 'json'],
    file: 'record.har',
    usual: {
      log: {
        version: '1.2',
        entries: [
          {
            request: {
              method: 'GET',
              url: `http://user:${SECRET}@reviews:9080/a?token=1`,
              headers: [
                { name: ':authority', value: 'reviews' },
                { name: 'Authorization', value: `Bearer ${SECRET}` },
                { name: 'Cookie', value: `id=${SECRET}` },
              ],
              postData: { text: SECRET },
            },
          },
        ],
      },
    },
    isJson: true,
  },
  {
    args: ['simulate', '--requests', 'requests.json', 'mesh.yaml', '-o', 'json'],
    file: 'requests.json',
    usual: { proxy: 'reviews-v1.shop', requests: [REQUEST] },
    isJson: true,
  },
  {
    args: ['simulate', '--requests', 'requests.json', 'mesh.yaml'],
    file: 'requests.json',
    usual: [{ from: 'reviews-v1.shop', url: 'http://reviews:9080/', method: 'GET', headers: { 'x-api-key': SECRET } }],
    isJson: true,
  },
  {
    args: ['simulate', '--claims', 'claims.json', 'http://reviews:9080/', ...FROM],
    file: 'claims.json',
    usual: { iss: 'i', sub: 's', groups: ['a'], nested: { a: [1] } },
    isJson: true,
  },
  {
    args: ['simulate', '--config-dump', 'dump.json', 'http://reviews:9080/'],
    file: 'dump.json',
    usual: {
      configs: [
        {
          '@type': 'type.googleapis.com/envoy.admin.v3.RoutesConfigDump',
          dynamic_route_configs: [
            {
              route_config: {
                '@type': 'type.googleapis.com/envoy.config.route.v3.RouteConfiguration',
                name: '9080',
                virtual_hosts: [
                  {
                    name: 'a',
                    domains: ['*'],
                    routes: [{ match: { prefix: '/' }, route: { cluster: 'outbound|9080||reviews' } }],
                  },
                ],
              },
            },
          ],
        },
        {
          '@type': 'type.googleapis.com/envoy.admin.v3.ClustersConfigDump',
          dynamic_active_clusters: [{ cluster: { name: 'outbound|9080||reviews', type: 'EDS' } }],
        },
      ],
    },
    isJson: true,
  },
  {
    args: ['envoy', 'mesh.yaml', '--proxy', 'reviews-v1.shop', '--compare', 'dump.json'],
    file: 'dump.json',
    usual: {
      configs: [
        {
          '@type': 'type.googleapis.com/envoy.admin.v3.ClustersConfigDump',
          dynamic_active_clusters: [{ cluster: { name: 'a' } }],
        },
      ],
    },
    isJson: true,
  },
  {
    args: ['graph', 'mesh.yaml', '--mesh-config', 'mesh-config.yaml', '-o', 'json'],
    file: 'mesh-config.yaml',
    usual: {
      trustDomain: 'a',
      rootNamespace: 'istio-system',
      defaultConfig: { proxyMetadata: { A: SECRET }, tracing: { sampling: 10 } },
      extensionProviders: [{ name: 'p', envoyExtAuthzHttp: { service: 'a.b', port: 80 } }],
      outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' },
      discoverySelectors: [{ matchLabels: { a: 'b' } }],
    },
  },
  {
    args: ['test', 'tests.yaml', '-o', 'json'],
    file: 'tests.yaml',
    usual: {
      mesh: ['mesh.yaml'],
      tests: [
        {
          name: 'a',
          request: { from: 'reviews-v1.shop', url: 'http://reviews:9080/', headers: { a: 'b' } },
          expect: { status: 200, subset: 'v1', shares: { v1: 100 }, never: ['v2'] },
        },
      ],
    },
  },
  {
    args: ['simulate', '--requests', 'calls.json', 'mesh.yaml', '--istio-version', '1.4'],
    file: 'calls.json',
    usual: [{ request: { name: 'a', ...LEGACY_CALL } }, LEGACY_CALL],
    isJson: true,
  },
  {
    args: ['explain', '--istio-version', '1.4', '--expressions', 'expressions.json', '-o', 'json'],
    file: 'expressions.json',
    usual: [
      { expression: 'source.labels["app"] == "a" | request.time < timestamp("2026-01-01T00:00:00Z")' },
      { expression: 'a.b + 1', attributes: { 'a.b': 1, 'c.d': { e: 'f' } }, vocabulary: { 'a.b': 'INT64' } },
    ],
    isJson: true,
  },
  ...(['mtls -o json', 'mtls', 'graph -o table', 'lint --fix --unsafe-fixes', 'snapshot'] as const).map(
    (words): Scene => ({
      args: [...words.split(' '), 'objects.yaml', 'mesh.yaml'],
      file: 'objects.yaml',
      usual: {
        apiVersion: 'v1',
        kind: 'List',
        items: [
          {
            apiVersion: 'security.istio.io/v1',
            kind: 'PeerAuthentication',
            metadata: { name: 'default', namespace: 'shop', annotations: { a: 'b' } },
            spec: {
              mtls: { mode: 'STRICT' },
              selector: { matchLabels: { app: 'reviews' } },
              portLevelMtls: { 80: {} },
            },
          },
          { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, stringData: { a: SECRET } },
          {
            apiVersion: 'networking.istio.io/v1',
            kind: 'VirtualService',
            metadata: { name: 'v', namespace: 'shop' },
            spec: { hosts: ['reviews', 'reviews'], http: [{ route: [{ destination: { host: 'reviews', prot: 1 } }] }] },
          },
        ],
      },
    }),
  ),
  {
    args: ['diff', 'mesh.yaml', 'after.yaml', '-o', 'markdown'],
    file: 'after.yaml',
    usual: {
      apiVersion: 'networking.istio.io/v1',
      kind: 'VirtualService',
      metadata: { name: 'reviews', namespace: 'shop' },
      spec: { hosts: ['reviews'], http: [{ name: '`<b>`', directResponse: { status: 418 } }] },
    },
  },
  {
    args: ['lint', '.'],
    file: 'chart/Chart.yaml',
    usual: {
      apiVersion: 'v2',
      name: 'c',
      version: '0.1.0',
      dependencies: [{ name: 'd', version: '1.0.0', repository: 'https://example.com', alias: 'e', condition: 'f' }],
    },
    others: { 'chart/values.yaml': 'a: b\n', 'chart/values-prod.yaml': 'a: c\n', 'chart/templates/a.yaml': MESH },
  },
  {
    args: ['migrate', 'gateway.yaml', 'mesh.yaml', '--to', 'gateway-api', '--out', 'out'],
    file: 'gateway.yaml',
    usual: {
      apiVersion: 'networking.istio.io/v1',
      kind: 'Gateway',
      metadata: { name: '../../g', namespace: 'shop' },
      spec: {
        selector: { istio: 'ingressgateway' },
        servers: [{ hosts: ['a.example.com'], port: { number: 80, name: 'http', protocol: 'HTTP' } }],
      },
    },
  },
  {
    args: ['migrate', 'old.yaml', '--check'],
    file: 'old.yaml',
    usual: {
      apiVersion: 'authentication.istio.io/v1alpha1',
      kind: 'Policy',
      metadata: { name: 'default', namespace: 'shop' },
      spec: {
        targets: [{ name: 'reviews', ports: [{ number: 9080 }] }],
        peers: [{ mtls: { mode: 'STRICT' } }],
        origins: [
          { jwt: { issuer: 'i', jwksUri: 'https://example.com', triggerRules: [{ excludedPaths: [{ exact: '/' }] }] } },
        ],
        principalBinding: 'USE_ORIGIN',
      },
    },
  },
];

/** The files that are replaced, each as a mesh of one document; its name begins with the place of the scene. */
export const fileSeeds = (): Seed[] =>
  SCENES.map(({ args, file, usual, isJson }, index) => ({
    name: `${index}: ${args.slice(0, 2).join(' ')} with another ${file}`,
    documents: [usual],
    text: JSON.stringify(usual, undefined, isJson ? 2 : 1),
  }));

const MOST_SECONDS = 90;

/** What went wrong where a scene has a text in its file, each in one line that is the same for the same fault. */
export async function faultsWith(name: string, text: string): Promise<string[]> {
  const scene = SCENES[parseInt(name, 10)]!;
  const folder = mkdtempSync(join(tmpdir(), 'meshlint-fuzz-'));
  try {
    const files = { 'mesh.yaml': MESH, '.git/HEAD': 'ref: refs/heads/main\n', ...scene.others, [scene.file]: text };
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
    const { status, output, stdout } = await run(scene.args, folder);
    const command = scene.args[0]!;
    return faultsIn(status, output, stdout, scene, text).map((fault) => `${command}, ${scene.file}: ${fault}`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface Ended {
  /** 'time' where it had to be ended. */
  readonly status: number | 'time' | null;
  readonly stdout: string;
  /** Both outputs. */
  readonly output: string;
}

function run(args: readonly string[], cwd: string): Promise<Ended> {
  return new Promise((done) => {
    const child = spawn(process.execPath, [resolve('bin/meshlint.js'), ...args], {
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: '', NO_COLOR: '1' },
    });
    let [stdout, output, isLate] = ['', '', false];
    const timer = setTimeout(() => ((isLate = true), child.kill('SIGKILL')), MOST_SECONDS * 1000);
    child.stdout.setEncoding('utf8').on('data', (text: string) => ((stdout += text), (output += text)));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.on('close', (status) => {
      clearTimeout(timer);
      done({ status: isLate ? 'time' : status, stdout, output });
    });
  });
}

/** Control characters, line separators and marks that turn the direction of text. */
const FORGING = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;

function faultsIn(status: Ended['status'], output: string, stdout: string, { args }: Scene, text: string): string[] {
  const faults: string[] = [];
  if (status === 'time') faults.push(`takes more than ${MOST_SECONDS} seconds`);
  else if (status !== 0 && status !== 1 && status !== 2)
    faults.push(`ends with ${status}: ${lineAbout(output, /rror|fault/)}`);
  if (/\n {4}at .*:\d+:\d+/.test(output)) faults.push(`a stack trace: ${lineAbout(output, /rror/)}`);
  if (status === 2 && output.trim() === '') faults.push('ends with 2 and says nothing');
  if (output.includes(SECRET)) faults.push(`shows a secret: ${lineAbout(output, new RegExp(SECRET))}`);
  if (FORGING.test(output)) faults.push(`a control character: ${JSON.stringify(lineAbout(output, FORGING))}`);
  if (/^::/m.test(output)) faults.push(`a workflow command: ${lineAbout(output, /^::/)}`);
  if (/\[object Object\]|\bundefined\b|\bNaN\b/.test(output) && !/undefined|object Object|NaN/.test(text))
    faults.push(`nonsense: ${lineAbout(output, /\[object Object\]|\bundefined\b|\bNaN\b/)}`);
  if (args.includes('json') && stdout !== '') {
    try {
      JSON.parse(stdout);
    } catch {
      faults.push('prints JSON that cannot be read');
    }
  }
  return faults;
}

const lineAbout = (output: string, what: RegExp): string =>
  (output.split('\n').find((line) => what.test(line)) ?? '').slice(0, 160);

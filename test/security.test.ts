import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { type Ended, expectFreshBuild, inScratch, meshlint, run } from './command';

// The points of docs/security.md, with real git and a kubectl that only writes down how it is called.
beforeAll(expectFreshBuild);

function write(folder: string, files: Record<string, string>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

function git(cwd: string, ...args: string[]): void {
  const { status, stderr } = run('git', args, { cwd });
  if (status !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`);
}

/** A cluster that serves Secrets, Services and Gateways and has one object, an Istio Gateway. */
const kubectlFor = (log: string, gateway: object): string => `#!/bin/sh
for argument in "$@"; do printf '<%s>' "$argument"; done >>'${log}'
echo >>'${log}'
case "$1 $2" in
  api-resources*) printf 'services\\nsecrets\\ngateways.networking.istio.io\\n' ;;
  config*) printf default ;;
  *gateways*) printf '%s' '${JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [gateway] })}' ;;
  *) printf '{"apiVersion":"v1","kind":"List","items":[]}' ;;
esac
`;

const gatewayWith = (credentialName: string, namespace = 'shop') => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'Gateway',
  metadata: { name: 'edge', namespace },
  spec: {
    selector: { app: 'edge' },
    servers: [
      {
        hosts: ['*'],
        port: { number: 443, name: 'https', protocol: 'HTTPS' },
        tls: { mode: 'SIMPLE', credentialName },
      },
    ],
  },
});

/** Runs meshlint in `folder`/repository with the stand-in for kubectl first on the PATH; the calls are in the answer. */
function withKubectl(folder: string, gateway: object, args: readonly string[]): Ended & { calls: string[] } {
  const log = join(folder, 'calls');
  write(folder, { 'bin/kubectl': kubectlFor(log, gateway) });
  chmodSync(join(folder, 'bin/kubectl'), 0o755);
  mkdirSync(join(folder, 'repository'), { recursive: true });
  const PATH = `${join(folder, 'bin')}${delimiter}${process.env['PATH']}`;
  const ended = meshlint(args, { cwd: join(folder, 'repository'), env: { PATH } });
  return { ...ended, calls: existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n') : [] };
}

describe('arguments cannot become options', () => {
  const HOSTILE = [
    '--kubeconfig=evil',
    '--server=https://127.0.0.1:9',
    '-v=9',
    'kubernetes://--raw=/x',
    'UPPER',
    'a b',
  ];

  test.each(HOSTILE)('of kubectl: a credential named %j in the cluster is not read', (name) =>
    inScratch((folder) => {
      const { calls, status } = withKubectl(folder, gatewayWith(name), ['lint', '-A']);
      expect(status).not.toBe(3);
      expect(calls.filter((call) => call.includes('<--all-namespaces>')).length).toBeGreaterThan(0);
      expect(calls.filter((call) => call.includes(`<${name.replace(/^.*\/\//, '')}`))).toEqual([]);
    }),
  );

  test('of kubectl: nor is one in a file, nor one in a namespace that has no valid name', () =>
    inScratch((folder) => {
      write(join(folder, 'repository'), { 'gw.yaml': JSON.stringify(gatewayWith('--kubeconfig=evil')) });
      const { calls } = withKubectl(folder, gatewayWith('front', '--server=http://127.0.0.1:9'), [
        'lint',
        '--kube',
        '.',
      ]);
      expect(calls.filter((call) => /evil|127\.0\.0\.1/.test(call))).toEqual([]);
    }));

  test('of kubectl: names that are valid come after "--"', () =>
    inScratch((folder) => {
      const { calls } = withKubectl(folder, gatewayWith('front'), ['lint', '-A']);
      expect(calls).toContainEqual(expect.stringMatching(/^<get><secrets>.*<--><front><front-cacert>$/));
    }));

  test('of git: a ref is not an option', () =>
    inScratch((folder) => {
      write(folder, { 'a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n' });
      git(folder, 'init', '-q');
      for (const ref of ['--output=made', '--git-dir=x', '-h']) {
        const { status, stderr } = meshlint(['lint', `--changed=${ref}`], { cwd: folder });
        expect([status, stderr]).toEqual([2, expect.stringContaining(`"${ref}"`)]);
      }
      expect(existsSync(join(folder, 'made'))).toBe(false);
    }));

  test('programs of the repository are not run, whatever the PATH is', () =>
    inScratch((folder) => {
      write(folder, { 'a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n' });
      git(folder, 'init', '-q');
      for (const program of ['git', 'kubectl', 'kustomize', 'helm', 'sh']) {
        write(folder, { [program]: '#!/bin/sh\ntouch made\n' });
        chmodSync(join(folder, program), 0o755);
      }
      write(folder, { 'chart/Chart.yaml': 'apiVersion: v2\nname: c\nversion: 0.1.0\n' });
      write(folder, {
        'chart/templates/a.yaml': '# {{ .Values }}\n',
        'k/kustomization.yaml': 'resources: [../a.yaml]\n',
      });
      for (const PATH of [`.${delimiter}${process.env['PATH']}`, `${delimiter}${process.env['PATH']}`, '.'])
        for (const args of [
          ['lint', '.'],
          ['lint', '--staged'],
          ['lint', '-A'],
          ['diff', 'HEAD'],
        ])
          expect(meshlint(args, { cwd: folder, env: { PATH } }).status).not.toBe(3);
      expect(existsSync(join(folder, 'made'))).toBe(false);
    }));

  test('of git: the settings of a bare repository among the files are not used', () =>
    inScratch((folder) => {
      const made = join(folder, 'made');
      write(folder, { 'a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n' });
      git(folder, 'init', '-q');
      git(folder, 'init', '-q', '--bare', 'inner');
      write(folder, { 'inner/work/a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n' });
      for (const [key, value] of [
        ['core.bare', 'false'],
        ['core.worktree', join(folder, 'inner/work')],
        ['core.fsmonitor', `touch '${made}'; false`],
      ] as const)
        git(folder, '--git-dir=inner', 'config', key, value);
      for (const args of [
        ['lint', '--staged'],
        ['diff', 'HEAD'],
        ['lint', '--changed', 'HEAD'],
      ])
        meshlint(args, { cwd: join(folder, 'inner') });
      expect(existsSync(made)).toBe(false);
    }));
});

describe('supply chain', () => {
  test('every package of the lockfile has a checksum', () => {
    const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
      packages: Record<string, { integrity?: string; link?: true }>;
    };
    const without = Object.entries(packages).filter(([path, { integrity, link }]) => path && !integrity && !link);
    expect(without.map(([path]) => path)).toEqual([]);
  });

  test('the projects whose schemas are bundled are named with their licence', () => {
    const notices = readFileSync('dist/THIRD-PARTY-LICENSES.txt', 'utf8');
    for (const name of ['Istio', 'Envoy', 'Kubernetes', 'Gateway API'])
      expect(notices).toContain(`\n${name}: https://`);
  });
});

describe('a configuration in a repository', () => {
  const SERVICE = 'apiVersion: v1\nkind: Service\nmetadata: {name: a, namespace: shop}\nspec: {ports: [{port: 80}]}\n';
  const files = { 'repository/svc.yaml': SERVICE, 'repository/.meshlint.yaml': 'clusters: {west: "kube:prod"}\n' };

  test('reads no cluster unless the command line allows it', () =>
    inScratch((folder) => {
      write(folder, files);
      const refused = withKubectl(folder, gatewayWith('front'), ['lint', '.']);
      expect([refused.status, refused.calls]).toEqual([2, []]);
      expect(refused.stderr).toContain('.meshlint.yaml:1:18: "kube:prod" reads a cluster');
      const again = withKubectl(folder, gatewayWith('front'), ['lint', '.', '--config', '.meshlint.yaml']);
      expect([again.status, again.calls]).toEqual([2, []]);
      const { calls } = withKubectl(folder, gatewayWith('front'), ['lint', '.', '--allow-clusters']);
      expect(calls).toContainEqual(expect.stringContaining('<--context=prod>'));
    }));

  test('may do so where the user keeps it outside of the repository', () =>
    inScratch((folder) => {
      write(folder, { 'repository/svc.yaml': SERVICE, 'own/config.yaml': 'clusters: {west: "kube:prod"}\n' });
      const { calls } = withKubectl(folder, gatewayWith('front'), ['lint', '.', '--config', '../own/config.yaml']);
      expect(calls).toContainEqual(expect.stringContaining('<--context=prod>'));
    }));

  test.each([
    'with: [../secret.yaml]',
    'with: ["../*.yaml"]',
    'meshConfig: ../secret.yaml',
    'extends: [../secret.yaml]',
    'baseline: ../secret.yaml',
    'clusters: {west: ..}',
    'with: [inner.yaml]',
  ])('names no file outside: %s', (text) =>
    inScratch((folder) => {
      write(folder, {
        'secret.yaml': 'hunter2: {{\n',
        'repository/svc.yaml': SERVICE,
        'repository/.meshlint.yaml': text,
      });
      git(folder, 'init', '-q', 'repository');
      symlinkSync('../secret.yaml', join(folder, 'repository/inner.yaml'));
      const { status, stdout, stderr } = meshlint(['lint', '.'], { cwd: join(folder, 'repository') });
      expect(status).toBe(2);
      expect(stderr).toContain('is outside of');
      expect(stdout + stderr).not.toContain('hunter2');
    }),
  );

  test.each(['/dev/zero', '../secret.yaml', '.meshlint.yaml'])('is not read through a link to %s', (target) =>
    inScratch((folder) => {
      write(folder, { 'secret.yaml': 'hunter2: {{\n', 'repository/svc.yaml': SERVICE });
      git(folder, 'init', '-q', 'repository');
      symlinkSync(target, join(folder, 'repository/.meshlint.yaml'));
      const { status, stdout, stderr } = meshlint(['lint', '.'], { cwd: join(folder, 'repository') });
      expect(status).not.toBe(3);
      expect(stdout + stderr).not.toContain('hunter2');
    }),
  );
});

describe('reading and writing stay inside', () => {
  const MAP = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n';
  const FAULTY = 'apiVersion: v1\nkind: Service\nmetadata: {name: b}\nspec: {ports: wrong}\n';
  const SECRET = 'apiVersion: v1\nkind: Service\nmetadata: {name: hunter2}\nspec: {ports: wrong}\n';

  test('what leads out, is a device, leads to itself or is not UTF-8 does not end the run', () =>
    inScratch((folder) => {
      const repository = join(folder, 'repository');
      write(folder, { 'outside.yaml': SECRET, 'repository/a.yaml': MAP });
      git(folder, 'init', '-q', 'repository');
      const links = {
        out: '../outside.yaml',
        zero: '/dev/zero',
        self: 'self.yaml',
        proc: '/proc/self/environ',
        none: 'x',
      };
      for (const [name, target] of Object.entries(links)) symlinkSync(target, join(repository, `${name}.yaml`));
      run('mkfifo', [join(repository, 'pipe.yaml')]);
      writeFileSync(
        Buffer.concat([Buffer.from(`${repository}/`), Buffer.from([0x63, 0xe9]), Buffer.from('.yaml')]),
        FAULTY,
      );
      const { status, stdout, stderr } = meshlint(['lint', '.'], { cwd: repository });
      expect(stdout).toContain('c\ufffd.yaml');
      expect(stderr).toContain(
        'skipped 3 paths that lead out of what may be read: "out.yaml", "proc.yaml", "zero.yaml"',
      );
      expect(stderr).toContain('skipped 2 symbolic links without a target: "none.yaml", "self.yaml"');
      expect(stdout + stderr).not.toContain('hunter2');
      expect(status).toBe(1);
      for (const name of [...Object.keys(links), 'pipe']) {
        const named = meshlint(['lint', `${name}.yaml`, 'a.yaml'], { cwd: repository });
        expect([name, named.status, named.stderr.includes('skipped 1')]).toEqual([name, 0, true]);
      }
    }));

  test('reports are new files, and no link takes them elsewhere', () =>
    inScratch((folder) => {
      const repository = join(folder, 'repository');
      write(folder, { victim: 'untouched', 'repository/a.yaml': MAP, 'other/x': '' });
      symlinkSync('../victim', join(repository, 'out.sarif'));
      symlinkSync('../other', join(repository, 'reports'));
      for (const file of ['out.sarif', 'reports/out.sarif']) {
        const { status, stderr } = meshlint(['lint', '.', '--format', `sarif:${file}`], { cwd: repository });
        expect([status, stderr]).toEqual([2, expect.stringContaining(`cannot write "${file}"`)]);
      }
      expect(readFileSync(join(folder, 'victim'), 'utf8')).toBe('untouched');
      expect(readdirSync(join(folder, 'other'))).toEqual(['x']);
      expect(meshlint(['lint', '.', '--format', 'sarif:new.sarif'], { cwd: repository }).status).toBe(0);
      expect(readdirSync(repository).sort()).toEqual(['a.yaml', 'new.sarif', 'out.sarif', 'reports']);
    }));

  test('--fix leaves a link that leads out as it is', () =>
    inScratch((folder) => {
      const text = 'apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: {name: a}\nspec: {selctor: {a: b}}\n';
      write(folder, { 'victim.yaml': text, 'repository/b.yaml': MAP });
      symlinkSync('../victim.yaml', join(folder, 'repository/a.yaml'));
      meshlint(['lint', '.', '--fix', '--unsafe-fixes'], { cwd: join(folder, 'repository') });
      expect(readFileSync(join(folder, 'victim.yaml'), 'utf8')).toBe(text);
    }));
});

describe('output cannot be forged', () => {
  /** A line end and a command to GitHub, a command to Azure, ESC, C1, right-to-left override, separators, HTML, a code span. */
  const HOSTILE =
    'x\n::set-output name=a::x\r::error::y\u001b]0;t\u0007\u009b31m\u202e\u2028::warning::z ##[add-path]e ##vso[task.setvariable]f `<img src=x>`';
  const quoted = JSON.stringify(HOSTILE);
  const MESH = `apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop, labels: {app: ${quoted}}, annotations: {networking.istio.io/exportTo: ${quoted}}}
spec: {ports: [{name: ${quoted}, port: 80}], selector: {app: cart}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: cart, namespace: shop}
spec: {selector: {matchLabels: {app: cart}}, template: {metadata: {labels: {app: cart, version: ${quoted}, sidecar.istio.io/inject: "true"}}, spec: {containers: [{name: a, image: a}]}}}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: ${quoted}, namespace: shop}
spec:
  hosts: [cart.shop.svc.cluster.local]
  http:
    - name: ${quoted}
      match: [{headers: {who: {exact: ${quoted}}}}]
      route: [{destination: {host: cart, subset: ${quoted}}}]
    - route: [{destination: {host: cart}}]
      headers: {request: {set: {who: ${quoted}}}}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: cart, namespace: ${quoted}}
spec: {host: ${quoted}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: c, namespace: shop, labels: {"a\u001b": x}}
data: {plain: "a‮ ::warning::z" # ##[command]
}
`;
  const FILE = 'a\n::error::b\u001b[31m.yaml';
  const FORMATS = 'text compact json jsonl sarif junit github gitlab checkstyle rdjsonl markdown html'.split(' ');

  const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;
  const COMMAND = /^\s*::(?!(error|warning|notice) file=)|##\[|##vso\[/m;
  const REQUEST = ['--from', 'cart.shop', 'http://cart.shop/', '-H', 'who: \u009b31m'];

  const runs: readonly (readonly string[])[] = [
    ...FORMATS.map((format) => ['lint', FILE, '--format', format]),
    ['lint', FILE, '--fix', '--dry-run', '--unsafe-fixes'],
    ['lint', 'none\n::error::x\u001b[31m.yaml'],
    ['lint', `--no\n::error::x`],
    ...['text', 'json', 'mermaid'].map((output) => ['simulate', FILE, ...REQUEST, '-o', output]),
    ['simulate', FILE, ...REQUEST, '--why', '--show-config', '--telemetry'],
    ...['mermaid', 'dot', 'json', 'html'].map((output) => ['graph', FILE, '-o', output]),
    ...['json', 'yaml', 'table'].map((output) => ['envoy', FILE, '--proxy', 'cart.shop', '-o', output]),
    ['envoy', FILE, '--proxy', 'cart.shop', '--origins'],
    ...['text', 'json', 'markdown'].map((output) => ['diff', FILE, 'b.yaml', '-o', output]),
    ...['text', 'json', 'junit'].map((output) => ['test', 't.yaml', '-o', output]),
  ];
  const TESTS = `apiVersion: meshlint.dev/v1
kind: Test
mesh: [${JSON.stringify(FILE)}]
tests:
  - name: ${quoted}
    request: {from: cart.shop, url: "http://cart.shop/"}
    expect: {status: 418, virtualHost: ${quoted}}
`;

  test.each(runs)('by %s %j', (...args) =>
    inScratch((folder) => {
      write(folder, { [FILE]: MESH, 'b.yaml': MESH.replace(/headers: \{request.*/, 'timeout: 3s'), 't.yaml': TESTS });
      const { status, stdout, stderr } = meshlint(args, { cwd: folder });
      expect(status).not.toBe(3);
      expect(stdout.length + stderr.length).toBeGreaterThan(0);
      for (const line of `${stdout}\n${stderr}`.split('\n')) {
        expect(line).not.toMatch(CONTROL);
        expect(line).not.toMatch(COMMAND);
      }
      if (args.includes('markdown')) expect(stdout.replace(/`[^`\n]*`/g, '')).not.toMatch(/(?<!\\)<img/);
    }),
  );
});

describe('secrets are never printed', () => {
  const SECRETS: Record<string, string> = {
    'secret.yaml': `apiVersion: v1
kind: Secret
metadata:
  name: db
  namespace: shop
  annotations:
    kubectl.kubernetes.io/last-applied-configuration: |
      {"stringData":{"a":"hunter-1"}}
stringData:
  block: |
    hunter-2
  folded: >-
    words hunter-3
  pin: 7357900
  nested: {a: hunter-4, b: [hunter-5]}
  key: |
    -----BEGIN EC PRIVATE KEY-----
    hunter-6
    -----END EC PRIVATE KEY-----
data:
  x: "hunter-7 correct horse"
  long: "hunter-8 is longer than any message quotes, so that it is cut off behind the first words of it"
imutable: true
`,
    'broken.yaml': `apiVersion: v1
kind: Secret
metadata: {name: x}
stringData:
  a: hunter-1
  b: [hunter-2
  c: "hunter-3
`,
    'flow.yaml':
      '{apiVersion: v1, kind: Secret, metadata: {name: a}, data: {a: hunter-1 x, b: 73579}, stringData: {c: "hunter-2}}\n',
    'list.yaml': `apiVersion: v1
kind: List
items:
  - {apiVersion: v1, kind: Secret, metadata: {name: a}, data: {a: "hunter-1 x", b: 73579}}
`,
    'pod.yaml': `apiVersion: v1
kind: Pod
metadata: {name: a, annotations: {proxy.istio.io/config: 'nothing: http://me:hunter-1@h/'}}
spec:
  containers:
    - name: a
      image: a
      env:
        - {name: A, valu: x, value: hunter-2}
        - {name: B, value: 73579}
        - name: C
          value: |
            hunter-3
          unknown: x
`,
    'jwt.yaml': `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: a}
spec: {hosts: ["eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJpIn0.hunter-1", "http://me:hunter-2@h/"], http: [{route: []}]}
`,
    'misspelt.yaml': `apiVersion: v1
kind: Secret
metadata: {name: a}
stringdata: {a: hunter-1, b: [hunter-2]}
dat: hunter-3
---
apiVersion: v1
kind: List
items:
  - {apiVersion: v1, kind: Secret, metadata: {name: b}, toString: {a: hunter-4 is long}}
  - {apiVersion: v1, kind: secret, metadata: {name: c, naem: x}, data: {a: hunter-5 is long}}
  - {apiVersion: v1, kind: -1, metadata: {name: c, naem: x}, stringData: {a: hunter-6 is long}}
`,
    'without-kind.yaml': `apiVersion: v1
metadata: {name: a}
stringData:
  a: hunter-1
toString: Secret
---
{"apiVersion": "v1", "kind": "List", "items": [{"apiVersion": "v1", "metadata": {"name": "s"}, "stringData": {"a": "hunter-2"}, "kimd": "Secret"}, {"apiVersion": "v1", "kind": "Service", "metadata": -1}]}
---
apiVersion: v1
kind: Service
metadata: {name: a}
`,
    'misspelt-kind.yaml': `apiVersion: v1
kimd: Secret
metadata: {name: a, naem: b}
data:
  a: hunter-1
  b: "hunter-2
`,
    'misspelt-kind-in-json.json': `{
  "apiVersion": "v1", "kind": "List", "items": [
    {
      "apiVersion": "v1",
      "kimd": "Secret",
      "data": {"a": "hunter-1", "b": "hunter-2"}
    },
    {"apiVersion": "v1", "kind": "Service", "metadata": -1}
  ]
}
`,
    'misspelt-kind-in-list.yaml': `apiVersion: v1
kind: List
items:
- apiVersion: v1
  kid: Secret
  metadata: {name: a, naem: b}
  data: {a: hunter-1, b: 73579}
`,
    'misspelt-and-broken.yaml': `apiVersion: v1
kind: Secret
metadata: {name: a}
StringData:
  a: hunter-1
  b: {hunter-2
`,
    'elsewhere.yaml': `apiVersion: v1
kind: Secret
metadata: {name: a, namespace: shop}
stringData: {a: hunter-1.shop}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: a, namespace: shop}
spec: {hosts: [a], http: [{route: [{destination: {host: hunter-1.shop, prot: 3}}]}]}
`,
  };
  const FORMATS = 'text compact json jsonl sarif junit github gitlab checkstyle rdjsonl markdown html'.split(' ');

  test.each(Object.keys(SECRETS))('by lint of %s, in no format', (file) =>
    inScratch((folder) => {
      write(folder, { [file]: SECRETS[file]!, 'empty.yaml': '' });
      const outputs = FORMATS.flatMap((format) => ['--format', format === 'text' ? format : `${format}:out.${format}`]);
      const { status, stdout, stderr } = meshlint(['lint', '.', ...outputs], { cwd: folder });
      expect([status, stderr]).toEqual([1, expect.anything()]);
      const written = FORMATS.slice(1).map((format) => readFileSync(join(folder, `out.${format}`), 'utf8'));
      for (const text of [stdout, stderr, ...written]) expect(text).not.toMatch(/hunter|73579|horse/);
      const fixes = meshlint(['lint', '.', '--fix', '--dry-run', '--unsafe-fixes'], { cwd: folder });
      const diff = meshlint(['diff', 'empty.yaml', file, '-o', 'json'], { cwd: folder });
      for (const { stdout: out, stderr: err } of [fixes, diff]) expect(out + err).not.toMatch(/hunter|73579|horse/);
    }),
  );

  const HAR = {
    log: {
      entries: [1, 2].map((number) => ({
        request: {
          method: 'GET',
          url: `http://me:hunter-1@cart.shop/back?code=hunter-2${number}&id_token=hunter-3&X-Amz-Signature=hunter-4&api_key=hunter-5`,
          headers: [
            { name: 'Authorization', value: `Digest hunter-6${number}` },
            { name: 'cookie', value: `sid=hunter-7${number}; theme=dark` },
            { name: 'X-Amz-Security-Token', value: 'hunter-8' },
            { name: 'X-Session-Id', value: 'hunter-9' },
            { name: 'x-jwt', value: 'eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJpIn0.hunter-10' },
          ],
          cookies: [{ name: 'sid', value: 'hunter-7' }],
          postData: { text: 'password=hunter-11' },
        },
      })),
    },
  };

  test.each([
    ['-H', 'Authorization: Basic hunter-1'],
    ['-H', 'proxy-authorization: hunter-1'],
    ['-H', 'Cookie: session=hunter-1; other=hunter-2'],
    ['-H', 'X-Api-Key: hunter-1'],
    ['-H', 'X-CSRF-Token: hunter-1'],
    ['-H', 'Referer: http://a/?state=x&access_token=hunter-1&code=hunter-2#x'],
    ['--har', 'record.har'],
    ['--curl', "curl -H 'Authorization: Bearer hunter-1' http://cart.shop/"],
  ])('by simulate: %s %s', (option, value) =>
    inScratch((folder) => {
      const service =
        'kind: Service\napiVersion: v1\nmetadata: {name: cart, namespace: shop}\nspec: {ports: [{port: 80, name: http}], selector: {app: cart}}\n';
      const pod =
        'kind: Pod\napiVersion: v1\nmetadata: {name: cart, namespace: shop, labels: {app: cart, sidecar.istio.io/inject: "true"}}\nspec: {containers: [{name: a, image: a}]}\n';
      write(folder, { 'mesh.yaml': `${service}---\n${pod}`, 'record.har': JSON.stringify(HAR) });
      const url = option === '-H' ? ['http://cart.shop/'] : [];
      for (const output of ['text', 'json', 'mermaid']) {
        const args = ['simulate', 'mesh.yaml', '--from', 'cart.shop', option, value, '-o', output, ...url];
        const { status, stdout, stderr } = meshlint(args, { cwd: folder });
        expect([status, stderr]).toEqual([0, '']);
        expect(stdout).not.toMatch(/hunter/);
        if (output === 'json') JSON.parse(stdout);
      }
    }),
  );

  test('by the trace of Mixer, in its attributes and in what it reports', () =>
    inScratch((folder) => {
      const objects = [
        'apiVersion: v1\nkind: Service\nmetadata: {name: cart, namespace: shop}\nspec: {ports: [{port: 80, name: http}], selector: {app: cart}}\n',
        'apiVersion: v1\nkind: Pod\nmetadata: {name: cart, namespace: shop, labels: {app: cart, sidecar.istio.io/inject: "true"}}\nspec: {containers: [{name: a, image: a}]}\n',
        `apiVersion: config.istio.io/v1alpha2\nkind: instance\nmetadata: {name: log, namespace: istio-system}\nspec: {compiledTemplate: logentry, params: {severity: '"info"', variables: {key: 'request.query_params["api_key"] | ""', token: 'request.headers["authorization"] | ""'}}}\n`,
        'apiVersion: config.istio.io/v1alpha2\nkind: handler\nmetadata: {name: out, namespace: istio-system}\nspec: {compiledAdapter: stdio, params: {outputAsJson: true}}\n',
        'apiVersion: config.istio.io/v1alpha2\nkind: rule\nmetadata: {name: log, namespace: istio-system}\nspec: {actions: [{handler: out, instances: [log]}]}\n',
      ];
      write(folder, { 'mesh.yaml': objects.join('---\n') });
      const url = 'http://me:hunter-1@cart.shop/?api_key=hunter-2%20x&code=hunter-3';
      const request = ['--from', 'cart.shop', url, '-H', 'Authorization: Bearer hunter-4', '--why', '--telemetry'];
      for (const output of ['text', 'json']) {
        const args = ['simulate', 'mesh.yaml', '--istio-version', '1.4', ...request, '-o', output];
        const { status, stdout } = meshlint(args, { cwd: folder });
        expect([status, stdout]).toEqual([0, expect.stringContaining('request.query_params')]);
        expect(stdout).not.toMatch(/hunter/);
      }
    }));
});

import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { type Ended, expectFreshBuild, inScratch, meshlint, run } from './command';

// `fixtures/security/CASE` are inputs that executed something, leaked, crashed, hung or passed silently. Each is linted as users do,
// and so are its variants: files beside it or in its place.
beforeAll(expectFreshBuild);

interface Variant {
  readonly files?: Readonly<Record<string, string>>;
  /** Links by their names. */
  readonly links?: Readonly<Record<string, string>>;
  /** Sparse files, by their megabytes. */
  readonly large?: Readonly<Record<string, number>>;
  readonly args?: readonly string[];
}

interface Case extends Variant {
  /** The folder within the case that is the repository. */
  readonly cwd?: string;
  readonly args: readonly string[];
  readonly variants?: readonly Variant[];
  readonly expect: (ended: Ended & { started: string[] }, folder: string) => void;
}

const PROGRAMS = ['kubectl', 'kustomize', 'helm', 'ssh', 'curl'];

/** Stand-ins that write down how they are called, and fail. */
function standIns(folder: string): void {
  mkdirSync(join(folder, 'bin'), { recursive: true });
  for (const name of PROGRAMS) {
    const path = join(folder, 'bin', name);
    writeFileSync(path, `#!/bin/sh\necho "${name} $*" >>'${folder}/started'\nexit 1\n`);
    chmodSync(path, 0o755);
  }
}

function put(folder: string, { files = {}, links = {}, large = {} }: Variant): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  for (const [name, target] of Object.entries(links)) symlinkSync(target, join(folder, name));
  for (const [name, megabytes] of Object.entries(large)) {
    writeFileSync(join(folder, name), '');
    truncateSync(join(folder, name), megabytes * 1024 * 1024);
  }
}

const found = (status: number, text: string | RegExp) => (ended: Ended) => {
  expect([ended.status, ended.stdout + ended.stderr]).toEqual([status, expect.stringMatching(text)]);
  expect(ended.stdout + ended.stderr).not.toMatch(/\bundefined\b|\[object |internal fault/);
};
const unseen = (secret: RegExp) => (ended: Ended) => {
  expect(ended.status).not.toBe(3);
  expect(ended.stdout + ended.stderr).not.toMatch(secret);
};

const MAP = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n';
const GATEWAY = (name: string) =>
  `apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: {name: a, namespace: shop}\nspec: {selector: {app: a}, servers: [{hosts: ["*"], port: {number: 443, name: https, protocol: HTTPS}, tls: {mode: SIMPLE, credentialName: ${JSON.stringify(name)}}}]}\n`;
const pod = (metadata: string) =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: shop, ${metadata}}\nspec: {containers: [{name: a, image: a}]}\n`;
const large = Buffer.alloc(300_000, 65).toString('base64');

const CASES: Record<string, Case> = {
  'annotation-is-a-number': {
    args: ['lint', '.'],
    expect: found(1, /expected text, found (3306|5|true)/),
    variants: [
      { files: { 'x.yaml': pod('annotations: {proxy.istio.io/config: 5}') } },
      { files: { 'x.yaml': pod('annotations: {sidecar.istio.io/proxyCPU: true}') } },
    ],
  },
  'blank-lines': {
    args: ['lint', '.'],
    files: { 'x.yaml': '\n'.repeat(400_000) + MAP },
    expect: found(0, 'no findings'),
    variants: [
      { files: { 'x.yaml': '\r\n'.repeat(300_000) + MAP } },
      { files: { 'x.yaml': '# a\n \n'.repeat(100_000) + MAP } },
    ],
  },
  'config-reads-a-cluster': {
    args: ['lint', '.'],
    expect: (ended) => {
      found(2, /"kube:\w+" reads a cluster/)(ended);
      expect(ended.started).toEqual([]);
    },
    variants: [
      { files: { '.meshlint.yaml': 'extends: [./more.yml]\n', 'more.yml': 'clusters: {a: "kube:west"}\n' } },
      { args: ['graph', '.'] },
    ],
  },
  'credential-name-is-an-option': {
    args: ['lint', '--kube', 'gw.yaml'],
    expect: ({ started, status }) => {
      expect(status).not.toBe(3);
      expect(started.join('\n')).not.toMatch(/evil|127\.0\.0\.1|raw=/);
    },
    variants: [
      { files: { 'gw.yaml': GATEWAY('--server=https://127.0.0.1:9') } },
      { files: { 'gw.yaml': GATEWAY('kubernetes://--raw=/evil') } },
    ],
  },
  'diff-markdown-html': {
    args: ['diff', 'a.yaml', 'b.yaml', '-o', 'markdown'],
    expect: ({ status, stdout }) => {
      expect([status, stdout]).toEqual([0, expect.stringContaining('evil.example')]);
      const outsideOfCode = stdout.replace(/`[^`\n]*`/g, '');
      expect(outsideOfCode).not.toMatch(/(?<!\\)<(?!\/?details|\/?summary|br>)|(?<!\\)\]\(/);
    },
  },
  'draft-follows-a-link': {
    cwd: 'repo',
    args: ['lint', '.', '--format', 'sarif:out.sarif'],
    links: { 'out.sarif.1.tmp': '../victim' },
    expect: ({ status }, folder) => {
      expect(status).not.toBe(3);
      expect(readFileSync(join(folder, 'victim'), 'utf8')).toBe(
        readFileSync('fixtures/security/draft-follows-a-link/victim', 'utf8'),
      );
    },
    variants: [
      { links: { 'out.sarif': '../victim' } },
      { args: ['lint', '.', '--update-baseline', '--baseline', 'b.json'], links: { 'b.json': '../victim' } },
    ],
  },
  'extends-fan': { args: ['lint', '.'], expect: found(0, 'no findings') },
  'gitignore-huge': {
    args: ['lint', '.'],
    large: { '.gitignore': 1500 },
    expect: found(2, 'it has 1500 MiB; at most 64 MiB are read'),
    variants: [{ large: { '.meshlintignore': 1500 } }, { large: { '.meshlint.yaml': 1500 } }],
  },
  'host-is-null': {
    args: ['lint', '.'],
    expect: found(1, 'found nothing \\(null\\)'),
    variants: [
      { files: { 'y.yaml': GATEWAY('x').replace('["*"]', '[null]') } },
      {
        files: {
          'y.yaml':
            'apiVersion: networking.istio.io/v1\nkind: ServiceEntry\nmetadata: {name: a}\nspec: {hosts: [null], ports: [null]}\n',
        },
      },
    ],
  },
  'jwks-keys-null': {
    args: [
      'simulate',
      'x.yaml',
      '--from',
      'cart.shop',
      '--token',
      'eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJpIn0.AAAA',
      'http://cart.shop/',
    ],
    expect: found(0, /refused with 401|the JWKS cannot be read/),
    variants: ['{"keys":[null]}', '[]', '{"keys":{"a":1}}'].map((jwks) => ({
      files: {
        'x.yaml': readFileSync('fixtures/security/jwks-keys-null/x.yaml', 'utf8').replace('{"keys":null}', jwks),
      },
    })),
  },
  'kustomization-lists-outside': { cwd: 'repo', args: ['lint', '.'], expect: unseen(/hunter|horse|c2VjcmV0/) },
  'kustomize-fetches': {
    args: ['lint', '.'],
    expect: ({ status, stderr, started }) => {
      expect([status, stderr, started]).toEqual([0, expect.stringContaining('not rendered'), []]);
    },
    variants: [
      'resources: [svc.yaml]\nopenapi: {path: "http://127.0.0.1:9/x"}\n',
      'resources: [svc.yaml, "deploy@127.0.0.1:org/repo"]\n',
    ].map((text) => ({ files: { 'kustomization.yaml': text } })),
  },
  'kustomize-reads-outside': { cwd: 'repo', args: ['lint', '.'], expect: unseen(/the text outside/) },
  'kustomize-runs-a-command': {
    args: ['lint', '.'],
    expect: ({ status, started, stderr }) => {
      expect([0, 2]).toContain(status);
      expect([started, stderr]).toEqual([[], expect.stringContaining('not rendered')]);
      expect(existsSync('/tmp/meshlint-was-here')).toBe(false);
    },
    variants: [
      ['graph', '.'],
      ['diff', '.', '.'],
    ].map((args) => ({ args })),
  },
  'label-is-a-number': {
    args: ['lint', '.', '--world', 'closed'],
    expect: (ended) => {
      found(1, 'found 1.5; put it in quotes')(ended);
      expect(ended.stdout).toContain('unbound-policy');
    },
  },
  'large-secret': {
    args: ['lint', '.'],
    files: {
      'secret.yaml': JSON.stringify({
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'c', namespace: 'shop' },
        data: { 'tls.crt': large, 'tls.key': large },
      }),
    },
    expect: found(1, 'has no valid certificate'),
  },
  'link-outside': {
    cwd: 'repo',
    args: ['lint', '.'],
    links: { 'a.yaml': '../outside.yaml' },
    expect: (ended) => {
      found(2, 'leads? out of what may be read')(ended);
      unseen(
        new RegExp(
          readFileSync('fixtures/security/link-outside/outside.yaml', 'utf8')
            .trim()
            .split('\n')
            .at(-1)!
            .trim()
            .slice(0, 12)
            .replace(/\W/g, '.'),
        ),
      )(ended);
    },
  },
  'link-to-itself': {
    args: ['lint', '.'],
    links: { 'x.yaml': 'x.yaml' },
    expect: found(0, 'no findings'),
    variants: [
      { links: { 'a.yaml': 'b.yaml', 'b.yaml': 'a.yaml' } },
      { links: { folder: '.', '.meshlintignore': '.meshlintignore' } },
    ],
  },
  'links-to-devices': {
    args: ['lint', '.'],
    links: { '.meshlint.yaml': '/dev/zero' },
    expect: found(2, 'leads out|is outside of|not a regular file|outside'),
    variants: [
      { files: { '.meshlint.yaml': 'extends: [./x.yml]\n' }, links: { 'x.yml': '/dev/zero' } },
      { files: { '.meshlint.yaml': 'with: [x.yml]\n' }, links: { 'x.yml': '/dev/zero' } },
      { files: { '.meshlint.yaml': 'baseline: x.json\n' }, links: { 'x.json': '/dev/urandom' } },
    ],
  },
  'list-of-nothing': {
    args: ['lint', '.'],
    expect: found(1, /item \d of this List is not a Kubernetes object|the items of this List are not a list/),
    variants: [
      { files: { 'x.yaml': 'apiVersion: v1\nkind: List\nitems: 5\n' } },
      { files: { 'x.yaml': 'apiVersion: v1\nkind: List\nitems: [{apiVersion: v1, kind: List, items: [null]}]\n' } },
    ],
  },
  'pattern-too-long': {
    args: ['lint', '.'],
    files: { '.meshlint.yaml': `overrides: [{files: ["${'0'.repeat(70_000)}"], rules: {schema-violation: info}}]\n` },
    expect: found(2, /\.meshlint\.yaml:1:\d+: /),
    variants: [
      {
        files: {
          '.meshlint.yaml': `overrides: [{namespaces: ["${'{a,b}'.repeat(14_000)}"], rules: {schema-violation: info}}]\n`,
        },
      },
    ],
  },
  'secret-value-in-message': {
    args: ['lint', 'secret.yaml', '--format', 'sarif'],
    expect: (ended) => {
      expect(ended.status).toBe(1);
      unseen(/correct horse/)(ended);
    },
    variants: ['text', 'github', 'junit'].map((format) => ({ args: ['lint', 'secret.yaml', '--format', format] })),
  },
  'undefined-port': {
    args: ['lint', '.'],
    expect: found(1, 'expected a whole number'),
    variants: [
      {
        files: {
          'x.yaml':
            'apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [{name: http-a, port: x}, {port: y, appProtocol: z}]}\n',
        },
      },
    ],
  },
  'workflow-command': {
    args: ['lint', '.'],
    expect: ({ status, stdout, stderr }) => {
      expect(status).toBe(1);
      expect(`${stdout}\n${stderr}`).not.toMatch(/^\s*::|\u001b/m);
    },
    variants: [
      { files: { 'a\n::error::b\u001b[31m.yaml': '}' } },
      { files: { 'y.yaml': 'apiVersion: v1\nkind: "x\\r::error::y"\nmetadata: {name: "a\\u001b[2J"}\n' } },
    ],
  },
};

/** Cases of which nothing is kept in a file: their tests follow, or are in another file that says so. */
const ELSEWHERE = ['output-lost', 'temporary-folder-gone'];

test('every case is tested', () => {
  const kept = readdirSync('fixtures/security');
  const tested = [...Object.keys(CASES), ...ELSEWHERE];
  expect(kept.filter((name) => !tested.includes(name))).toEqual([]);
});

describe.each(Object.entries(CASES))('%s', (name, { variants = [], ...own }) => {
  const all = [own, ...variants.map((variant) => ({ ...own, files: {}, links: {}, large: {}, ...variant }))];

  test.each(all.map((each, index) => [index, each] as const))('variant %d', (_, each) =>
    inScratch((folder) => {
      if (existsSync(`fixtures/security/${name}`)) cpSync(`fixtures/security/${name}`, folder, { recursive: true });
      if (name === 'diff-markdown-html')
        writeFileSync(join(folder, 'b.yaml'), readFileSync(join(folder, 'a.yaml'), 'utf8').replace('200', '503'));
      standIns(folder);
      const cwd = join(folder, each.cwd ?? '.');
      mkdirSync(cwd, { recursive: true });
      if (each.cwd) execFileSync('git', ['init', '-q'], { cwd });
      put(cwd, each);
      const PATH = `${join(folder, 'bin')}${delimiter}${process.env['PATH']}`;
      const ended = meshlint(each.args, { cwd, env: { PATH } });
      const log = join(folder, 'started');
      const started = existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n') : [];
      each.expect({ ...ended, started }, folder);
    }),
  );
});

describe('forged-trees', () => {
  const git = (cwd: string, args: readonly string[], input?: Buffer): string =>
    execFileSync('git', args, { cwd, input, encoding: 'utf8', stdio: ['pipe', 'pipe', 'ignore'] }).trim();

  const entry = (mode: string, name: string, hash: string): Buffer =>
    Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(hash, 'hex')]);

  type Forge = (blob: (text: string) => string, tree: (...entries: Buffer[]) => string) => string;
  const FORGED: Record<string, Forge> = {
    'a file and a folder of one name': (blob, tree) =>
      tree(entry('100644', 'a.yaml', blob(MAP)), entry('40000', 'a.yaml', tree(entry('100644', 'b.yaml', blob(MAP))))),
    'a link to nothing': (blob, tree) => tree(entry('120000', 'a.yaml', blob(''))),
    'a link with a NUL': (blob, tree) => tree(entry('120000', 'a.yaml', blob('a\0b'))),
    'a link of 5,000 characters': (blob, tree) => tree(entry('120000', 'a.yaml', blob('a'.repeat(5000)))),
    'a name of 300 characters': (blob, tree) => tree(entry('100644', `${'a'.repeat(300)}.yaml`, blob(MAP))),
    'a blob that is not there': (_, tree) => tree(entry('100644', 'a.yaml', '12'.repeat(20))),
    'a tree that is not there': (_, tree) => tree(entry('40000', 'a', '12'.repeat(20))),
    'a file through a link': (blob, tree) =>
      tree(
        entry('120000', 'a', blob('/tmp')),
        entry('40000', 'a', tree(entry('100644', 'meshlint-was-here.yaml', blob(MAP)))),
      ),
    'a file above': (blob, tree) =>
      tree(entry('40000', '..', tree(entry('100644', 'meshlint-was-here.yaml', blob(MAP))))),
    'a file in .git': (blob, tree) =>
      tree(
        entry(
          '40000',
          '.git',
          tree(entry('100644', 'config', blob('[core]\nfsmonitor = "touch /tmp/meshlint-was-here.yaml"\n'))),
        ),
      ),
  };

  test.each(Object.entries(FORGED))('%s', (_, forge) =>
    inScratch((folder) => {
      put(folder, { files: { 'a.yaml': MAP } });
      git(folder, ['init', '-q']);
      const blob = (text: string): string => git(folder, ['hash-object', '-w', '--stdin'], Buffer.from(text));
      const tree = (...entries: Buffer[]): string =>
        git(folder, ['hash-object', '-w', '-t', 'tree', '--literally', '--stdin'], Buffer.concat(entries));
      const commit = run('git', ['commit-tree', '-m', 'x', forge(blob, tree)], { cwd: folder }).stdout.trim();
      const { status, stderr } = meshlint(['diff', commit], { cwd: folder });
      expect([0, 2]).toContain(status);
      expect(stderr).not.toContain('internal fault');
      if (status === 2) expect(stderr).toMatch(/^meshlint: .+\n$/m);
      expect(existsSync('/tmp/meshlint-was-here.yaml')).toBe(false);
    }),
  );
});

describe('temporary-folder-gone', () => {
  test.each(['/nonexistent', '/dev/null', '/proc'])('TMPDIR=%s', (TMPDIR) =>
    inScratch((folder) => {
      put(folder, { files: { 'cm.yaml': MAP } });
      for (const args of [
        ['init', '-q'],
        ['add', '.'],
        ['commit', '-qm', 'x'],
      ])
        run('git', args, { cwd: folder });
      put(folder, { files: { 'cm.yaml': MAP.replace('x', 'y') } });
      run('git', ['add', '.'], { cwd: folder });
      for (const args of [
        ['diff', 'HEAD'],
        ['lint', '--staged'],
      ]) {
        const { status, stderr } = meshlint(args, { cwd: folder, env: { TMPDIR } });
        expect([status, stderr]).toEqual([2, expect.stringContaining('cannot make a temporary folder')]);
      }
    }),
  );
});

describe('hook-is-a-folder', () => {
  test.each<[string, (hooks: string) => void]>([
    ['the hook is a folder', (hooks) => void mkdirSync(join(hooks, 'pre-commit'), { recursive: true })],
    ['the folder of hooks is a file', (hooks) => writeFileSync(hooks, '')],
    [
      'the hook is a link to a device',
      (hooks) => {
        mkdirSync(hooks);
        symlinkSync('/dev/zero', join(hooks, 'pre-commit'));
      },
    ],
  ])('%s', (_, make) =>
    inScratch((folder) => {
      run('git', ['init', '-q', '--template=', '.'], { cwd: folder });
      make(join(folder, '.git/hooks'));
      const { status, stderr } = meshlint(['install-hook'], { cwd: folder });
      expect([status, stderr]).toEqual([2, expect.stringMatching(/^meshlint: .+\n$/)]);
    }),
  );
});

const FULL = existsSync('/dev/full') ? test : test.skip;

test('a context file that cannot be read is named', () =>
  inScratch((folder) => {
    put(folder, {
      files: { 'cm.yaml': MAP, 'more/broken.yaml': `${MAP}data: [\n`, 'more/binary.yaml': `${MAP}# \0\n` },
    });
    const { status, stdout, stderr } = meshlint(['lint', 'cm.yaml', '--with', 'more'], { cwd: folder });
    expect([status, stdout]).toEqual([0, expect.stringContaining('no findings')]);
    expect(stderr).toMatch(/^meshlint: more\/binary\.yaml:\d+:\d+: .+\nmeshlint: more\/broken\.yaml:\d+:\d+: .+\n$/);
  }));

describe('output-lost', () => {
  FULL.each(['lint x.yaml --format sarif', 'lint x.yaml', 'rules', '--help', 'explain unknown-host', 'test t.yaml'])(
    '%s > /dev/full',
    (args) =>
      inScratch((folder) => {
        cpSync('fixtures/security/output-lost/x.yaml', join(folder, 'x.yaml'));
        const text = 'apiVersion: meshlint.dev/v1\nkind: Test\nmesh: [x.yaml]\ntests: []\n';
        put(folder, { files: { 't.yaml': text } });
        const command = `exec '${process.execPath}' '${join(process.cwd(), 'bin/meshlint.js')}' ${args} >/dev/full`;
        const { status, stderr } = run('sh', ['-c', command], { cwd: folder });
        expect([status, stderr]).toEqual([
          2,
          'meshlint: cannot write to standard output: no space left on the device\n',
        ]);
      }),
  );

  const FROM = '--from productpage-v1.default http://reviews:9080/';
  const COMMANDS = [
    ...['text', 'json', 'mermaid'].map((output) => `simulate b.yaml ${FROM} -o ${output}`),
    ...['mermaid', 'dot', 'json', 'table'].map((output) => `graph b.yaml -o ${output}`),
    ...['json', 'yaml', 'table'].map((output) => `envoy b.yaml --proxy reviews-v1.default -o ${output}`),
    'mtls b.yaml',
    'diff b.yaml x.yaml',
    'migrate b.yaml',
    'completion bash',
    '--version',
  ];
  const inFolder = (folder: string, shell: string): Ended => {
    cpSync('fixtures/security/output-lost/x.yaml', join(folder, 'x.yaml'));
    cpSync('fixtures/bookinfo/bookinfo.yaml', join(folder, 'b.yaml'));
    const program = `'${process.execPath}' '${join(process.cwd(), 'bin/meshlint.js')}'`;
    return run('sh', ['-c', shell.replace('meshlint', program)], { cwd: folder });
  };

  FULL.each(COMMANDS)('%s > /dev/full', (args) =>
    inScratch((folder) => {
      const { status, stderr } = inFolder(folder, `meshlint ${args} >/dev/full`);
      expect([status, stderr]).toEqual([
        2,
        expect.stringContaining('meshlint: cannot write to standard output: no space left on the device\n'),
      ]);
    }),
  );

  test.each([...COMMANDS, 'lint b.yaml --format json', 'lint b.yaml --format github', 'rules', '--help'])(
    '%s, and nobody reads it',
    (args) =>
      inScratch((folder) => {
        const { stdout, stderr } = inFolder(folder, `{ meshlint ${args}; echo $? >status; } | true; cat status`);
        expect(Number(stdout)).toBeLessThan(2);
        expect(stderr).not.toMatch(/EPIPE|internal fault|cannot write/);
      }),
  );

  test('a file that cannot be written', () =>
    inScratch((folder) => {
      cpSync('fixtures/security/output-lost/x.yaml', join(folder, 'x.yaml'));
      const { status, stderr } = meshlint(['lint', 'x.yaml', '--format', 'sarif:none/out.sarif'], { cwd: folder });
      expect([status, stderr]).toEqual([2, expect.stringContaining('cannot write "none/out.sarif"')]);
    }));
});

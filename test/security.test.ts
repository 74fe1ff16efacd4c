import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
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
  const PATH = `${join(folder, 'bin')}${delimiter}${process.env.PATH}`;
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

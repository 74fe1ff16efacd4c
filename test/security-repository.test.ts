import { execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { BIN, expectFreshBuild, inScratch, run } from './command';

// One repository with every hostile file at once, and hostile settings of git: nothing outside of it changes, nothing is reached
// over the network, and no program runs but git, with arguments that are known.
beforeAll(expectFreshBuild);

const put = (path: string, text: string): void => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
};

/** Settings of a repository by which git runs programs. */
const SETTINGS = (mark: string): string => `[core]
\tfsmonitor = "touch '${mark}'; false"
\thooksPath = hooks
\tsshCommand = "touch '${mark}'"
\tpager = "touch '${mark}'"
\teditor = "touch '${mark}'"
[diff]
\texternal = "touch '${mark}'"
[diff "evil"]
\ttextconv = "touch '${mark}'"
\tcommand = "touch '${mark}'"
[filter "evil"]
\tclean = "touch '${mark}'; cat"
\tsmudge = "touch '${mark}'; cat"
\tprocess = "touch '${mark}'"
[interactive]
\tdiffFilter = "touch '${mark}'"
[credential]
\thelper = "!touch '${mark}'"
[protocol]
\tallow = always
[remote "origin"]
\turl = "ext::sh -c touch% '${mark}'"
\tpromisor = true
\tpartialclonefilter = blob:none
[extensions]
\tpartialClone = origin
`;

const HOOKS = 'post-index-change fsmonitor-watchman pre-commit reference-transaction post-checkout pre-auto-gc'.split(
  ' ',
);

/** A repository with all of `fixtures/security`, and with settings that run programs. */
function hostileRepository(folder: string, port: number): string {
  const repository = join(folder, 'repository');
  const mark = join(folder, 'made');
  for (const name of readdirSync('fixtures/security')) {
    if (name === 'gitignore-huge' || name === 'extends-fan' || name === 'config-reads-a-cluster') continue;
    cpSync(join('fixtures/security', name), join(repository, name), { recursive: true });
  }
  put(join(repository, 'fetch/kustomization.yaml'), `resources: ["http://127.0.0.1:${port}/a.yaml"]\n`);
  put(join(repository, 'fetch/git/kustomization.yaml'), `resources: ["git@127.0.0.1:${port}/org/repo"]\n`);
  put(
    join(repository, 'chart/Chart.yaml'),
    `name: x\nversion: 0.1.0\ndependencies: [{name: y, version: 1.0.0, repository: "http://127.0.0.1:${port}"}]\n`,
  );
  put(join(repository, 'chart/templates/a.yaml'), '{{ lookup "v1" "Secret" "" "" }}\n');
  put(join(repository, 'whole-chart/Chart.yaml'), 'apiVersion: v2\nname: x\nversion: 0.1.0\n');
  put(join(repository, 'whole-chart/values.schema.json'), `{"$ref": "http://127.0.0.1:${port}/schema.json"}`);
  put(
    join(repository, 'whole-chart/templates/a.yaml'),
    '# {{ lookup "v1" "Secret" "" "" }} {{ getHostByName "meshlint.example.com" }} {{ .Files.Get "../../victim.yaml" }}\n',
  );
  symlinkSync('../../victim.yaml', join(repository, 'fetch/link.yaml'));
  symlinkSync('/dev/zero', join(repository, 'zero.yaml'));
  const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null' };
  const git = (...args: string[]): void => void execFileSync('git', args, { cwd: repository, env, stdio: 'ignore' });
  git('init', '-q');
  git('add', '-A');
  git('-c', 'user.name=a', '-c', 'user.email=a@b', 'commit', '-qm', 'x');
  put(join(repository, 'staged.yaml'), 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n');
  git('add', '-A');
  put(join(repository, '.gitattributes'), '*.yaml filter=evil diff=evil\n');
  put(join(repository, '.git/config'), readFileSync(join(repository, '.git/config'), 'utf8') + SETTINGS(mark));
  for (const hook of HOOKS)
    for (const path of [join(repository, 'hooks', hook), join(repository, '.git/hooks', hook)]) {
      put(path, `#!/bin/sh\ntouch '${mark}'\n`);
      chmodSync(path, 0o755);
    }
  // A folder whose .git leads to another repository with such settings.
  put(join(repository, 'inner/.git'), 'gitdir: ../elsewhere.git\n');
  put(join(repository, 'inner/a.yaml'), 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: y}\n');
  cpSync(join(repository, '.git'), join(repository, 'elsewhere.git'), { recursive: true });
  return repository;
}

const RUNS = [
  'lint .',
  'lint --staged',
  'lint . --changed HEAD',
  'lint inner',
  'diff HEAD',
  'graph .',
  'mtls .',
  'migrate .',
  'lint . --fix --unsafe-fixes',
  'lint . --format sarif:out.sarif',
];

/** What meshlint asks git for: no option that comes from the input, and nothing that starts a program or a transfer. */
const ASKED = /^(rev-parse|ls-files|ls-tree|cat-file|diff|diff-index|diff-tree|merge-base|show|config)$/;

function programsIn(log: string): string[][] {
  return [...log.matchAll(/execve\("([^"]*)", \[(.*?)\](?:, |\.\.\.)/g)].map(([, , args = '']) =>
    [...args.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, arg = '']) => arg),
  );
}

/** Whether a program is helm, or the shell that limits its memory and becomes it. */
function isRendering([program = '', ...args]: readonly string[]): boolean {
  if (program === '/bin/sh') return args[0] === '-c' && /^ulimit -v \d+ .*; exec /.test(args[1] ?? '');
  return /\/helm$/.test(program) && args[0] === 'template' && args[1] === '--skip-schema-validation';
}

const isStraceable = spawnSync('strace', ['-f', '-e', 'trace=execve', 'true']).status === 0;
const traced = isStraceable ? test : test.skip;

describe('a repository with every hostile file', () => {
  test.each(RUNS)(
    '%s changes nothing outside and runs none of its programs',
    (command) =>
      inScratch(async (folder) => {
        const connections: string[] = [];
        const server = createServer((socket) => {
          connections.push('connection');
          socket.destroy();
        });
        await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
        try {
          put(
            join(folder, 'victim.yaml'),
            'kind: Service\napiVersion: v1\nmetadata: {name: hunter2}\nspec: {prots: []}\n',
          );
          const before = readFileSync(join(folder, 'victim.yaml'), 'utf8');
          const repository = hostileRepository(folder, (server.address() as AddressInfo).port);
          // Not with spawnSync: the server of this process must be able to answer.
          const child = spawn(process.execPath, [BIN, ...command.split(' ')], { cwd: repository });
          let said = '';
          for (const stream of [child.stdout, child.stderr])
            stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
          const status = await new Promise((resolve) => child.on('close', resolve));
          expect([0, 1, 2]).toContain(status);
          expect(said).not.toMatch(/internal fault|hunter2/);
          expect(connections).toEqual([]);
          expect(existsSync(join(folder, 'made'))).toBe(false);
          expect(readdirSync(folder).sort()).toEqual(['repository', 'victim.yaml']);
          expect(readFileSync(join(folder, 'victim.yaml'), 'utf8')).toBe(before);
        } finally {
          server.close();
        }
      }),
    60_000,
  );

  traced.each(['lint .', 'lint --staged', 'diff HEAD'])(
    '%s starts git alone, and helm where it is there, and opens no connection (as strace sees it; skipped where strace cannot run)',
    (command) =>
      inScratch((folder) => {
        const repository = hostileRepository(folder, 9);
        const log = join(folder, 'log');
        const filter = ['-f', '-s', '400', '-e', 'trace=execve,connect', '-o', log];
        run('strace', [...filter, process.execPath, BIN, ...command.split(' ')], { cwd: repository });
        const text = readFileSync(log, 'utf8');
        const [, ...started] = programsIn(text);
        const ofGit = started.filter(([program = '']) => /(^|\/)git$/.test(program));
        const others = started.filter((each) => !ofGit.includes(each) && !isRendering(each));
        expect(others).toEqual([]);
        for (const [, ...args] of ofGit) {
          const words = args.filter((arg, index) => !arg.startsWith('-') && args[index - 1] !== '-c');
          expect(words[0]).toMatch(ASKED);
        }
        expect(text.split('\n').filter((line) => /connect\(.*AF_INET/.test(line))).toEqual([]);
      }),
    60_000,
  );
});

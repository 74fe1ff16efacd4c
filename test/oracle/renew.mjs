// `npm run goldens [-- --istio VERSION] [CASE ...]`: asks the real Pilot anew for the goldens of fixtures/pilot, and says what changed.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const oracle = fileURLToPath(new URL('.', import.meta.url));
const fixtures = join('fixtures', 'pilot');
const { values, positionals } = parseArgs({ options: { istio: { type: 'string' } }, allowPositionals: true });
const cases = positionals.length > 0 ? positionals : readdirSync(fixtures);
const show = { stdio: 'inherit' };
const json = (...path) => JSON.parse(readFileSync(join(...path), 'utf8'));

/** What the oracle reads: it names a workload NAMESPACE/NAME, and JSON is YAML. */
function asked(scenario, scratch) {
  const proxies = json(fixtures, scenario, 'proxies.json').map(({ name, type, workload }) => {
    const dot = workload.lastIndexOf('.');
    return { name, type, workload: `${workload.slice(dot + 1)}/${workload.slice(0, dot)}` };
  });
  mkdirSync(join(scratch, scenario));
  cpSync(join(fixtures, scenario, 'input'), join(scratch, scenario, 'input'), { recursive: true });
  writeFileSync(join(scratch, scenario, 'proxies.yaml'), JSON.stringify(proxies));
}

/** A resource a line, so that a diff shows which of them changed. */
function compact(resources) {
  return resources.length === 0 ? '[]\n' : `[\n${resources.map((one) => JSON.stringify(one)).join(',\n')}\n]\n`;
}

/** Writes the answers over those goldens that there are: a case keeps only what it is about. */
function renewed(name, scratch) {
  const golden = join(fixtures, name, 'golden');
  for (const path of readdirSync(golden, { recursive: true }).filter((file) => file.endsWith('.json'))) {
    const answer = join(scratch, name, 'golden', path);
    if (!existsSync(answer)) throw new Error(`the oracle has no answer for ${name}: ${path}`);
    const content = json(answer);
    writeFileSync(join(golden, path), Array.isArray(content) ? compact(content) : `${JSON.stringify(content)}\n`);
  }
}

if (values.istio) {
  execFileSync('go', ['get', `istio.io/istio@${values.istio}`], { cwd: oracle, ...show });
  execFileSync('go', ['mod', 'tidy'], { cwd: oracle, ...show });
}
const scratch = mkdtempSync(join(tmpdir(), 'meshlint-goldens-'));
try {
  for (const name of cases) asked(name, scratch);
  execFileSync(join(oracle, 'ask.sh'), [scratch, ...cases], show);
  for (const name of cases) renewed(name, scratch);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
execFileSync('git', ['diff', '--stat', '--', fixtures], show);

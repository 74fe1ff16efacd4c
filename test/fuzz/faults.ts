/** Runs every command on a mesh in process, and names what must not happen whatever the mesh is. */
import { diff } from '../../src/diff';
import { graph } from '../../src/graph';
import { accountOf } from '../../src/simulation/account';
import { RequestError } from '../../src/simulation/request-error';
import { lint } from '../../src/lint';
import { Mesh } from '../../src/mesh/mesh';
import { proxies } from '../../src/mesh/workloads/proxy';
import { services } from '../../src/mesh/services/services';
import { translate } from '../../src/pilot/translate';
import { behaviourJson, behaviourMarkdown, behaviourText } from '../../src/report/behaviour';
import { envoyJson, envoyTable, envoyYaml } from '../../src/report/envoy';
import { FORMAT_NAMES } from '../../src/report/format-names';
import { type FormatName, formatNamed } from '../../src/report/formats';
import { graphDot, graphJson, graphMermaid } from '../../src/report/graph';
import { simulationText } from '../../src/report/simulation';
import { simulationJson } from '../../src/report/simulation-json';
import { simulationMermaid } from '../../src/report/simulation-mermaid';
import { plain } from '../../src/report/style';
import { rules } from '../../src/rules';
import { simulate } from '../../src/simulate';
import { read } from '../../src/source/read';

/** A command that takes longer on a mesh of a few documents does not end in practice. */
const MOST_MILLISECONDS = 20_000;

const everyday = rules.filter(({ isOptional }) => !isOptional);

/** What went wrong, each in one line that is the same for the same fault. */
export async function faultsOf(text: string, base: Mesh): Promise<string[]> {
  const faults: string[] = [];
  const attempt = async <Result>(command: string, run: () => Result | Promise<Result>): Promise<Result | undefined> => {
    const start = performance.now();
    try {
      return await run();
    } catch (error) {
      if (!(error instanceof RequestError)) faults.push(`${command}: ${placeOf(error)}`);
      return undefined;
    } finally {
      if (performance.now() - start > MOST_MILLISECONDS) faults.push(`${command}: takes too long`);
    }
  };
  const file = await attempt('read', () => read('mesh.yaml', text));
  if (!file) return faults;
  const mesh = new Mesh([file]);
  const result = await attempt('lint', () => lint(mesh, everyday, { today: '2026-06-01' }));
  if (result) {
    faults.push(...result.faults.map(({ where, error }) => `lint, ${withoutFile(where)}: ${placeOf(error)}`));
    faults.push(
      ...result.findings.flatMap(({ rule, message, related }) =>
        [message, ...related.map((each) => each.message)]
          .filter((each) => isNonsense(each, text))
          .map((each) => `lint, ${rule.name}: says "${each.slice(0, 120)}"`),
      ),
    );
    for (const name of FORMAT_NAMES)
      await attempt(`lint --format ${name}`, async () =>
        checkFormat(
          name,
          (await formatNamed(name))({
            mesh,
            result,
            hidden: 0,
            style: plain,
            version: '0',
            fails: () => true,
            inRepository: (path) => path,
            digest: (each) => String(each.length),
          }),
        ),
      );
  }
  const all = (await attempt('proxies', () => proxies(mesh))) ?? [];
  for (const proxy of all.slice(0, 2))
    await attempt('envoy', () => {
      const { config, origins } = translate(mesh, proxy);
      JSON.parse(envoyJson(config, 'all'));
      envoyYaml(config, 'all', origins);
      envoyTable(config, 'all');
    });
  for (const request of requestsFor(mesh, all)) await attempt('simulate', () => checkSimulation(mesh, request));
  await attempt('graph', () => {
    const drawn = graph(mesh);
    graphMermaid(drawn);
    graphDot(drawn);
    JSON.parse(graphJson(drawn));
  });
  await attempt('diff', () => {
    const report = { ...diff(base, mesh), before: 'a', after: 'b', came: [], went: [] };
    behaviourText(report, plain);
    behaviourMarkdown(report);
    JSON.parse(behaviourJson(report));
  });
  return faults;
}

const CLAIMS = { iss: 'i', sub: 's', groups: ['a', { b: null }] };

function requestsFor(mesh: Mesh, all: ReturnType<typeof proxies>): Parameters<typeof simulate>[1][] {
  let hosts: string[] = [];
  try {
    hosts = services(mesh)
      .slice(0, 2)
      .map(({ hostname }) => hostname);
  } catch {
    // Whoever simulates meets it again.
  }
  const from = all[0] && { from: `${all[0].workload?.name ?? ''}.${all[0].namespace}` };
  return [...hosts, 'example.com'].map((host) => ({
    ...from,
    url: `http://${host.replace(/[^\w.-]/g, 'x').slice(0, 200)}/path?query=1`,
    claims: CLAIMS,
  }));
}

function checkSimulation(mesh: Mesh, request: Parameters<typeof simulate>[1]): void {
  const account = accountOf(simulate(mesh, request, { now: 1_780_000_000 }));
  simulationText(account, { why: true, config: true, telemetry: true }, plain);
  JSON.parse(simulationJson(account, { config: true }));
  simulationMermaid(account);
}

function checkFormat(name: FormatName, written: string): void {
  if (['json', 'sarif', 'gitlab'].includes(name)) JSON.parse(written);
  if (name === 'jsonl' || name === 'rdjsonl') for (const line of written.split('\n').filter(Boolean)) JSON.parse(line);
  if (['junit', 'checkstyle'].includes(name) && /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/.test(written))
    throw new Error('the XML holds control characters');
}

const isNonsense = (message: string, text: string): boolean =>
  /\bundefined\b(?! subset| host| gateway)|\[object Object\]|\bNaN\b/.test(message) &&
  !/undefined|object Object|NaN/.test(text);

const withoutFile = (where: string): string => where.replace(/\(.*/, '');

/** The message of an error, and where in our code it was thrown. */
function placeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const frame = /at (.*)/.exec(error.stack ?? '')?.[1] ?? '';
  return `${error.name}: ${error.message.slice(0, 100)} at ${frame.replace(/\(.*[/\\]/, '(')}`;
}

/** Runs every command on a mesh in process, and names what must not happen whatever the mesh is. */
import { SaxesParser } from 'saxes';
import { actionsFor, diagnosticOf } from '../../src/cli/lsp/actions';
import { completions } from '../../src/cli/lsp/completion';
import { findingHelp, valueHelp } from '../../src/cli/lsp/hover';
import { fieldAt } from '../../src/cli/lsp/places';
import { declarationsOf, referencesTo, subjectOf } from '../../src/cli/lsp/references';
import { snapshot } from '../../src/cli/commands/run-snapshot';
import { diff } from '../../src/diff';
import { graph } from '../../src/graph';
import { reportOf } from '../../src/simulation/report';
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
import { testsJson, testsText } from '../../src/report/tests';
import { testsJunit } from '../../src/report/tests-junit';
import type { Finding } from '../../src/rules/rule';
import { unifiedDiff } from '../../src/report/diff';
import { simulate } from '../../src/simulate';
import type { Request } from '../../src/simulation/request';
import type { SourceFile } from '../../src/source/file';
import { read } from '../../src/source/read';
import { Coverage, runSuite } from '../../src/test';
import { foreignSuiteIn } from '../../src/tests/foreign';
import { suiteIn } from '../../src/tests/read';
import type { Suite } from '../../src/tests/suite';

/** A command that takes longer on a mesh of a few documents does not end in practice. */
const MOST_MILLISECONDS = 20_000;

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
  const attempted = { attempt, text, faults };
  const file = await attempt('read', () => read('mesh.yaml', text));
  if (!file) return faults;
  const mesh = new Mesh([file]);
  const result = await attempt('lint', () => lint(mesh, rules, { today: '2026-06-01' }));
  if (result) {
    faults.push(...result.faults.map(({ where, error }) => `lint, ${withoutFile(where)}: ${placeOf(error)}`));
    faults.push(
      ...result.findings.flatMap(({ rule, message, related }) =>
        [message, ...related.map((each) => each.message)]
          .filter((each) => isNonsense(each, text))
          .map((each) => `lint, ${rule.name}: says "${each.slice(0, 120)}"`),
      ),
    );
    for (const [index, finding] of result.findings.slice(0, 50).entries())
      await attempt('lint --fix', () => void checkFix(finding, index));
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
            page: () => ({ style: { text: '', hash: '' }, script: { text: '', hash: '' } }),
          }),
        ),
      );
  }
  await attempt('lsp', () => checkEditor(mesh, file, result?.findings ?? []));
  const all = (await attempt('proxies', () => proxies(mesh))) ?? [];
  for (const proxy of all.slice(0, 2))
    await attempt('envoy', () => {
      const { config, origins } = translate(mesh, proxy);
      JSON.parse(envoyJson(config, 'all'));
      envoyYaml(config, 'all', origins);
      envoyTable(config, 'all');
    });
  const requests = requestsFor(mesh, all);
  for (const request of requests) await attempt('simulate', () => checkSimulation(mesh, request));
  if (file.problems.length === 0) await checkTests(mesh, file, requests, attempted);
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
    return report;
  }).then((report) => faults.push(...(report?.faults ?? []).map(({ error }) => `diff: ${placeOf(error)}`)));
  await attempt('snapshot', () => {
    const written = read('snapshot.yaml', snapshot(mesh));
    if (written.problems.length > 0) throw new Error(`a snapshot cannot be read: ${written.problems[0]!.message}`);
  });
  return faults;
}

const NOW = 1_780_000_000;
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
  const account = reportOf(simulate(mesh, request, { now: NOW }));
  simulationText(account, { why: true, config: true, telemetry: true }, plain);
  JSON.parse(simulationJson(account, { config: true }));
  simulationMermaid(account);
}

/** A fix must not spoil the file that it is for. */
function checkFix({ fix, rule }: Finding, index: number): void {
  const edits = [...(fix?.edits() ?? [])].sort((a, b) => a.start - b.start);
  const [first] = edits;
  if (!first || index > 20) return;
  const before = first.file;
  if (edits.some(({ start, end }, at) => start > end || (at > 0 && start < edits[at - 1]!.end)))
    throw new Error(`the edits of ${rule.name} overlap`);
  unifiedDiff(before.path, before.text, edits, plain);
}

const MOST_POSITIONS = 40;

/** What an editor asks for at some lines of a file, and about some findings. */
function checkEditor(mesh: Mesh, file: SourceFile, findings: readonly Finding[]): void {
  for (const finding of findings.slice(0, 20)) {
    diagnosticOf(finding);
    findingHelp(finding);
    actionsFor(finding);
  }
  const lines = file.text.slice(0, 100_000).split('\n');
  const step = Math.ceil(lines.length / MOST_POSITIONS);
  for (let line = 0; line < lines.length; line += step) {
    const position = { line, character: Math.floor(lines[line]!.length / 2) };
    completions(mesh, file.text, position);
    const field = fieldAt(file, position);
    if (!field) continue;
    valueHelp(mesh, field);
    declarationsOf(mesh, field);
    const subject = subjectOf(mesh, field);
    if (subject) referencesTo(mesh, subject);
  }
}

interface Attempted {
  attempt: <Result>(command: string, run: () => Result | Promise<Result>) => Promise<Result | undefined>;
  faults: string[];
}

/** Runs the tests that a file holds, and else some of our own. */
async function checkTests(
  mesh: Mesh,
  file: SourceFile,
  requests: readonly Request[],
  { attempt, faults }: Attempted,
): Promise<void> {
  const suites = await attempt('test: read', () => {
    const ours = suiteIn(file)?.suite;
    const others = foreignSuiteIn(file);
    const foreign = others?.complaints.length === 0 ? others.on(mesh, undefined) : undefined;
    return [
      ours,
      foreign && 'cases' in foreign ? foreign : undefined,
      ...requests.slice(0, 1).map((each) => suiteFor(each, file)),
    ];
  });
  const coverage = new Coverage();
  for (const suite of (suites ?? []).filter((each) => each !== undefined)) {
    const result = await attempt('test', () => runSuite(mesh, suite, coverage, { now: NOW }));
    if (!result) continue;
    for (const each of result.results) if (each.kind === 'internal fault') faults.push(`test: ${placeOf(each.error)}`);
    await attempt('test', () => {
      const report = { suites: [result], untouched: coverage.untouched, total: coverage.total };
      testsText(report, plain);
      JSON.parse(testsJson(report));
      checkXml(testsJunit(report));
    });
  }
}

const suiteFor = (request: Request, file: SourceFile): Suite => {
  const place = file.spot({ start: 0, end: 1 });
  const expect = { status: 200, subset: 'v1', shares: { v1: 100 }, never: ['v2'] };
  return { path: file.path, mesh: [], cases: [{ name: 'a', request, place, expect, placeOf: () => place }] };
};

/** Throws where a document is not well-formed. */
function checkXml(text: string): void {
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw error;
  });
  parser.write(text).close();
}

function checkFormat(name: FormatName, written: string): void {
  if (['json', 'sarif', 'gitlab'].includes(name)) JSON.parse(written);
  if (name === 'jsonl' || name === 'rdjsonl') for (const line of written.split('\n').filter(Boolean)) JSON.parse(line);
  if (name === 'junit' || name === 'checkstyle') checkXml(written);
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

import { dirname, join } from 'node:path';
import { API_VERSION, suiteIn } from '../../tests/read';
import { foreignSuiteIn } from '../../tests/foreign';
import { standIns } from '../../tests/stand-ins';
import type { Complaint, Suite } from '../../tests/suite';
import { Mesh } from '../../mesh/mesh';
import { testsJunit } from '../../report/tests-junit';
import { type TestReport, hasFailed, missingSenderText, testsJson, testsText } from '../../report/tests';
import type { Fault } from '../../source/fault';
import type { SourceFile } from '../../source/file';
import { read } from '../../source/read';
import { Coverage, type SuiteResult, type TestResult, runSuite } from '../../test';
import { withoutSecretForms } from '../../source/secrets';
import { reportFaults } from '../faults';
import { textIn } from '../input/json-file';
import { isWhole, loadAdmitted } from '../refused';
import { print, say, styleFor } from '../terminal';
import type { TestCommandOptions } from './test';
import { now, verify } from '../options/tokens';
import { UsageError } from '../usage-error';

/** Runs tests of a mesh, and sets the exit status. */
export async function runTest(paths: readonly string[], options: TestCommandOptions): Promise<void> {
  const coverage = new Coverage();
  const meshes = new Map<string, Promise<Mesh>>();
  const suites: SuiteResult[] = [];
  for (const path of paths) {
    const { suite, mesh } = await suiteOf(path, options, meshes);
    suites.push(runSuite(mesh, suite, coverage, { now: now(), verify }));
  }
  const report: TestReport = { suites, untouched: coverage.untouched, total: coverage.total };
  await print(withoutSecretForms(written(report, options)));
  const results = suites.flatMap((suite) => suite.results);
  if (results.some(hasFailed)) process.exitCode = 1;
  checkCoverage(report, options);
  if (results.some(({ kind }) => kind === 'not sent')) process.exitCode = 2;
  const isJudged = (await Promise.all(meshes.values())).every(isWhole);
  if (!isJudged && !options.allowRefused) process.exitCode = 2;
  reportFaults(results.flatMap(faultOf));
}

const faultOf = (result: TestResult): Fault[] =>
  result.kind === 'internal fault' ? [{ where: `test "${result.test.name}"`, error: result.error }] : [];

function written(report: TestReport, { output, color }: TestCommandOptions): string {
  switch (output) {
    case 'json':
      return testsJson(report);
    case 'junit':
      return testsJunit(report);
    case 'text':
      return testsText(report, styleFor(process.stdout, color || 'never'));
  }
}

function checkCoverage({ untouched, total }: TestReport, { minCoverage }: TestCommandOptions): void {
  if (minCoverage === undefined || total === 0) return;
  const percent = ((total - untouched.length) / total) * 100;
  if (percent >= minCoverage) return;
  say(
    `meshlint: the tests touch ${percent.toFixed(1)} % of the routes, subsets and policies, less than ${minCoverage} %`,
  );
  process.exitCode = 1;
}

type Meshes = Map<string, Promise<Mesh>>;

async function suiteOf(
  path: string,
  options: TestCommandOptions,
  meshes: Meshes,
): Promise<{ suite: Suite; mesh: Mesh }> {
  const file = read(path, textIn(path));
  refuse(file.problems);
  const ours = suiteIn(file);
  if (ours) {
    refuse(ours.complaints);
    const beside = ours.suite.mesh.map((each) => join(dirname(path), each));
    const own = hasObjects(file) ? [path] : [];
    return { suite: ours.suite, mesh: await meshOf([...beside, ...options.mesh, ...own], path, options, meshes) };
  }
  const foreign = foreignSuiteIn(file);
  if (!foreign)
    throw new UsageError(
      `"${path}" contains no tests; expected documents of kind Test (${API_VERSION}), testCases or tests`,
    );
  refuse(foreign.complaints);
  const bare = await meshOf(options.mesh, path, options, meshes);
  const added = read('<stand-ins>', standIns(bare), 'context');
  const mesh = new Mesh([...bare.files, added], { ...bare, objects: [...bare.resources, ...added.resources] });
  const suite = foreign.on(mesh, options.proxy);
  if ('missing' in suite) throw new UsageError(missingSenderText(suite));
  return { suite, mesh };
}

const hasObjects = ({ resources }: SourceFile): boolean =>
  resources.some(({ value }) => value.apiVersion !== API_VERSION);

function meshOf(paths: readonly string[], file: string, options: TestCommandOptions, meshes: Meshes): Promise<Mesh> {
  if (paths.length === 0) throw new UsageError(`"${file}" does not name a mesh; use --mesh`);
  const key = paths.join('\n');
  const known = meshes.get(key) ?? loadAdmitted(paths, { ...options, with: [], stdinFilename: '<stdin>' });
  meshes.set(key, known);
  return known;
}

/** Throws a UsageError with a line for each complaint. */
function refuse(complaints: readonly Complaint[]): void {
  if (complaints.length === 0) return;
  const lines = complaints.map(({ place, message }) => {
    const { line, column } = place.range.start;
    return `${place.file.path}:${line}:${column}: ${message}`;
  });
  throw new UsageError(...lines);
}

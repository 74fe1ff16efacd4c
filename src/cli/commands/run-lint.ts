import { createHash } from 'node:crypto';
import { Mesh } from '../../mesh/mesh';
import { closing } from '../../report/closing';
import type { Extent } from '../../report/excerpt';
import { type FormatName, formatNamed } from '../../report/formats';
import type { Report } from '../../report/report';
import { plain } from '../../report/style';
import { shownFindings } from '../../report/shown';
import { withoutControls } from '../../report/visible';
import { beyondBaseline, checkBaselineOptions } from '../lint/baseline';
import { complaintLines } from '../complaints';
import { type Judge, type Run, checkChange } from '../git/changed';
import type { LintCommandOptions } from './lint';
import { unknownRule } from '../configuration/settings';
import { askedRules, severitiesOf } from '../lint/choices';
import { reportFaults } from '../faults';
import { changesOf, checkFixOptions, mend } from '../fix/fix';
import { NothingFound } from '../input/input';
import { type Configured, configured, isLive, loadVariants } from '../input/load';
import type { Output } from '../output';
import { reportParts } from '../page-parts';
import { checkReleases } from '../lint/releases';
import { checkShardOptions, ofShard, placesOf } from '../lint/shard';
import { Stopwatch } from '../lint/stopwatch';
import { checkWatchOptions, repeatedly } from '../lint/watch';
import type { Drafts } from '../fix/fix-rounds';
import { repositoryNaming } from '../git/repository-path';
import { print, printCommands, say, sayLines, styleFor } from '../terminal';
import { UsageError } from '../usage-error';
import { verdictOf } from '../lint/verdict';
import { append, writeAll } from '../fix/write';

/** Formats that say themselves what was looked at and what could not be checked. */
const SAYS_CLOSING = new Set<FormatName>(['text', 'json', 'markdown', 'html']);

/** Does what `meshlint lint` was asked for, and sets the exit status. */
export async function runLint(paths: readonly string[], options: LintCommandOptions, version: string): Promise<void> {
  const { watch, ...once } = options;
  if (!watch) return lintOnce(paths, options, version);
  checkWatchOptions(paths, options, isLive(options));
  await repeatedly(paths.length > 0 ? paths : ['.'], options, () => lintOnce(paths, once, version));
}

async function lintOnce(paths: readonly string[], options: LintCommandOptions, version: string): Promise<void> {
  const stopwatch = new Stopwatch();
  stopwatch.add('start-up', sinceStart());
  const inRepository = repositoryNaming();
  const settled = withBaseline(configured(paths, options));
  checkBaselineOptions(settled);
  checkFixOptions(settled);
  checkShardOptions(settled);
  const first = await wantedRun(paths, settled, inRepository, stopwatch).catch(async (error: unknown) => {
    if (error instanceof NothingFound && !options.dryRun) await publish(emptyReport(error, version), options);
    throw error;
  });
  const again = (drafts?: Drafts) =>
    wantedRun(paths, { ...settled, ...(drafts && { drafts }) }, inRepository, stopwatch);
  const fixing = { ...options, stdin: paths.includes('-') ? options.stdinFilename : undefined };
  const all = options.fix && !options.dryRun ? await mend(first, again, fixing) : first;
  const { findings, known } = beyondBaseline(all, settled, { inRepository, digest });
  const run = { ...all, result: { ...all.result, findings: shownFindings(findings, all.mesh.files) } };
  const verdict = verdictOf(findings, options);
  const report: Report = {
    ...(options.quiet ? errorsOf(run) : { ...run, hidden: 0 }),
    known,
    extent: extentOf(options),
    style: plain,
    version,
    fails: verdict.fails,
    inRepository,
    digest,
    page: reportParts,
  };
  const style = styleFor(process.stdout, options.color || 'never');
  if (options.dryRun) await print(await changesOf(first, again, fixing, style));
  else await stopwatch.measureAsync('report', () => publish(report, options));
  if (options.timing) sayLines(stopwatch.table(sinceStart()));
  sayUnreadContext(all.mesh);
  if (verdict.complaint) say(`meshlint: ${verdict.complaint}`);
  if (verdict.isFailure) process.exitCode = 1;
  reportFaults(run.result.faults);
}

const MOST_UNREAD = 5;

/** Files that are not checked themselves have no findings, but what they define is missing where they cannot be read. */
function sayUnreadContext({ files }: Mesh): void {
  const problems = files.filter(({ role }) => role === 'context').flatMap((file) => file.problems);
  const lines = complaintLines(problems);
  for (const line of lines.slice(0, MOST_UNREAD)) say(`meshlint: ${line}`);
  if (lines.length > MOST_UNREAD) say(`meshlint: and ${lines.length - MOST_UNREAD} more documents cannot be read`);
}

/** Milliseconds since the process began. */
const sinceStart = (): number => process.uptime() * 1000;

const extentOf = ({ all, info }: LintCommandOptions): Extent => (all ? 'all' : info ? 'folded-with-infos' : 'folded');

/** The report of an input without configuration: another program that reads it finds it empty, not missing. */
function emptyReport({ files }: NothingFound, version: string): Report {
  const result = { findings: [], unchecked: [], faults: [] };
  const inRepository = repositoryNaming();
  return {
    mesh: new Mesh(files),
    result,
    hidden: 0,
    style: plain,
    version,
    fails: () => false,
    inRepository,
    digest,
    page: reportParts,
  };
}

const dayOfRun = (): string => new Date().toISOString().slice(0, 10);

const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);

function withBaseline(options: Configured<LintCommandOptions>): Configured<LintCommandOptions> {
  const { baseline = options.settings.baseline } = options;
  return baseline === undefined ? options : { ...options, baseline };
}

async function wantedRun(
  paths: readonly string[],
  options: Configured<LintCommandOptions>,
  inRepository: Report['inRepository'],
  stopwatch: Stopwatch,
): Promise<Run> {
  const today = dayOfRun();
  const severityOf = severitiesOf(paths, options);
  const asked = askedRules(options);
  const releases = options.istioVersion ?? (options.settings.release && [options.settings.release]);
  const judge: Judge<Configured<LintCommandOptions>> = async (judged, settings) => {
    const loaded = await stopwatch.measureAsync('reading', () => loadVariants(judged, settings));
    const isWanted = settings.shard && placesOf(settings.shard, loaded);
    const { measure } = stopwatch;
    const asOptions = { today, severityOf, faultOfName: unknownRule, measure, ...(isWanted && { isWanted }) };
    const run = checkReleases(loaded, asked, asOptions, releases);
    return isWanted ? ofShard(run, isWanted) : run;
  };
  const { changed, staged } = options;
  if (changed === undefined && !staged) return judge(paths, options);
  if (isLive(options))
    throw new UsageError(
      `${staged ? '--staged' : '--changed'} compares files with an earlier state, which a cluster does not have`,
    );
  // A report on a change is about the change: which files hold variants does not concern it.
  return { ...(await checkChange(paths, options, judge, inRepository)), alternatives: [] };
}

function errorsOf({ mesh, result }: Run): Pick<Report, 'mesh' | 'result' | 'hidden'> {
  const findings = result.findings.filter(({ severity }) => severity === 'error');
  return { mesh, result: { ...result, findings }, hidden: result.findings.length - findings.length };
}

/** Makes every report before the first is written: where one cannot be, nobody finds half of them. */
async function publish(report: Report, { format, color }: LintCommandOptions): Promise<void> {
  const outputs: readonly Output[] = format ?? [{ format: 'text' }];
  const choice = color || 'never';
  const texts = await Promise.all(
    outputs.map(async ({ format, file }) => {
      const style = styleFor(process.stdout, file === undefined || choice === 'always' ? choice : 'never');
      return (await formatNamed(format))({ ...report, style });
    }),
  );
  const named = outputs.map(({ file }, index) => ({ path: file, text: texts[index]! }));
  writeAll(named.flatMap(({ path, text }) => (path === undefined ? [] : [{ path, text: withoutControls(text) }])));
  await summarize(report, outputs);
  const shown = outputs.find(({ file }) => file === undefined);
  const printed = named.find(({ path }) => path === undefined);
  if (printed) await (shown?.format === 'github' ? printCommands : print)(printed.text);
  if (!shown || !SAYS_CLOSING.has(shown.format))
    sayLines(closing({ ...report, style: styleFor(process.stderr, choice) }));
}

/** GitHub shows few annotations of a step; the summary of its job has room for more. */
async function summarize(report: Report, outputs: readonly Output[]): Promise<void> {
  const path = process.env['GITHUB_STEP_SUMMARY'];
  if (!path || !outputs.some(({ format }) => format === 'github')) return;
  append({ path, text: (await formatNamed('markdown'))(report) });
}

import { count } from '../report/closing';
import { unifiedDiff } from '../report/diff';
import type { Style } from '../report/style';
import type { Finding } from '../rules/rule';
import type { Run } from './changed';
import { shortest } from './configuration/find';
import { type Choose, type Drafts, type Mended, isStillWritten, rehearse } from './rehearsal';
import { say } from './terminal';
import { UsageError } from './usage-error';
import { writeAll } from './write';

/** The options that are about mending. */
export interface FixOptions {
  fix?: true;
  dryRun?: true;
  unsafeFixes?: true;
  staged?: true;
  /** The name of what standard input holds, where that is read. */
  stdin?: string | undefined;
}

/** Refuses what makes no sense before anything is read. */
export function checkFixOptions({ fix, dryRun, unsafeFixes, staged }: FixOptions): void {
  const lonely = [dryRun && '--dry-run', unsafeFixes && '--unsafe-fixes'].find(Boolean);
  if (lonely && !fix) throw new UsageError(`${lonely} says how to --fix, which was not asked for`);
  if (fix && staged) throw new UsageError('--fix changes files, and --staged reads what is in the index of git');
}

/** Mends what can be mended, and writes every file once, when all is done. */
export async function mend(first: Run, again: (drafts: Drafts) => Promise<Run>, options: FixOptions): Promise<Run> {
  const { run, mended, left } = await rehearse(first, again, chosenBy(options));
  const kept = mended.filter(isUnchanged);
  writeAll(kept.map(({ file, rewriting }) => ({ path: file.path, text: rewriting.text })));
  if (kept.length) say(`meshlint: mended ${count(fixesOf(kept), 'finding')} in ${count(kept.length, 'file')}`);
  for (const line of leftLines(left, options)) say(line);
  return kept.length < mended.length ? again(new Map()) : run;
}

/** What mending would change, as a unified diff. */
export async function changesOf(
  first: Run,
  again: (drafts: Drafts) => Promise<Run>,
  options: FixOptions,
  style: Style,
): Promise<string> {
  const { mended, left } = await rehearse(first, again, chosenBy(options));
  say(`meshlint: --fix would mend ${count(fixesOf(mended), 'finding')} in ${count(mended.length, 'file')}`);
  for (const line of leftLines(left, options)) say(line);
  const diffs = mended.map(({ file, rewriting }) =>
    unifiedDiff(shortest(file.path), file.text, rewriting.edits, style),
  );
  return diffs.join('');
}

const fixesOf = (mended: readonly Mended[]): number => mended.reduce((sum, { fixes }) => sum + fixes, 0);

/** Whoever changes a file meanwhile keeps the change. */
function isUnchanged({ file }: Mended): boolean {
  if (isStillWritten(file.path, file.text)) return true;
  say(`meshlint: "${file.path}" is left as it is: somebody has changed it meanwhile`);
  return false;
}

/** Why a fix is not made, in the words in which it is told; in the order in which reasons are looked for. */
const REASONS: readonly [says: (finding: Finding, options: FixOptions) => boolean | undefined, why: string][] = [
  [({ place }, { stdin }) => place.file.path === stdin, 'in standard input, which is no file to write'],
  [({ place }) => place.file.isGenerated, 'in the cluster, of which only files are mended'],
  [({ place }) => place.resource?.document.origin !== undefined, 'in rendered text: mend the templates'],
  [({ fix }, { unsafeFixes }) => fix?.safety === 'unsafe' && !unsafeFixes, 'that only --unsafe-fixes mends'],
];

const reasonOf = (finding: Finding, options: FixOptions): string | undefined =>
  REASONS.find(([holds]) => holds(finding, options))?.[1];

const chosenBy =
  (options: FixOptions): Choose =>
  (finding) =>
    finding.fix !== undefined && reasonOf(finding, options) === undefined;

/** A line for each reason for which something stays as it is. */
function leftLines(left: readonly Finding[], options: FixOptions): string[] {
  const reasons = left.map((finding) => reasonOf(finding, options));
  return [...new Set(reasons)].map((reason) => {
    const number = reasons.filter((each) => each === reason).length;
    return `meshlint: left as ${number === 1 ? 'it is' : 'they are'}: ${count(number, 'finding')} ${reason}`;
  });
}

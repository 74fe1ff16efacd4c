import { relative } from 'node:path';
import { count } from '../../report/closing';
import { unifiedDiff } from '../../report/diff';
import type { Style } from '../../report/style';
import type { Finding } from '../../rules/rule';
import { maskFor, maskedEdit, maskedText } from '../../source/secrets';
import { realPath } from '../input/boundary';
import type { Run } from '../git/changed';
import { type Choose, type Drafts, type Mended, isStillWritten, fixRounds } from './fix-rounds';
import { quietly, say } from '../terminal';
import { UsageError } from '../usage-error';
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
  if (lonely && !fix) throw new UsageError(`${lonely} requires --fix`);
  if (fix && staged)
    throw new UsageError(
      '--fix and --staged are mutually exclusive: --fix changes files, --staged reads the git index',
    );
}

/** Reads and judges anew, with drafts in the place of what files hold. */
export type Again = (drafts?: Drafts) => Promise<Run>;

/** What somebody else renders is read from files, so that mending it takes as many turns as there are rounds. */
const MOST_TURNS = 8;

/** Mends what can be mended, and writes every file once, when all is done. */
export async function mend(first: Run, again: Again, options: FixOptions): Promise<Run> {
  let run = first;
  let fixes = 0;
  const paths = new Set<string>();
  for (let turn = 0; turn < MOST_TURNS; turn++) {
    const rehearsal = await fixRounds(run, again, chosenBy(options));
    const kept = rehearsal.mended.filter(isUnchanged);
    writeAll(kept.map(({ file, rewriting }) => ({ path: file.path, text: rewriting.text })));
    for (const { file } of kept) paths.add(file.path);
    fixes += fixesOf(kept);
    const isAllTrue = kept.length === rehearsal.mended.length && (kept.length === 0 || !isRendered(run));
    run = isAllTrue ? rehearsal.run : await quietly(() => again());
    if (isAllTrue || kept.length === 0) break;
  }
  if (fixes) say(`meshlint: fixed ${count(fixes, 'finding')} in ${count(paths.size, 'file')}`);
  for (const line of leftLines(first, options)) say(line);
  return run;
}

const isRendered = ({ mesh }: Run): boolean => mesh.resources.some(({ provenance }) => provenance !== undefined);

/** What mending would change, as a unified diff. */
export async function changesOf(first: Run, again: Again, options: FixOptions, style: Style): Promise<string> {
  const { mended } = await fixRounds(first, again, chosenBy(options));
  say(`meshlint: --fix would fix ${count(fixesOf(mended), 'finding')} in ${count(mended.length, 'file')}`);
  if (mended.length && isRendered(first))
    say(
      'meshlint: kustomizations are rendered from the unchanged files; --fix may find more in the output of the fixed ones',
    );
  for (const line of leftLines(first, options)) say(line);
  const mask = maskFor(first.mesh.files);
  const diffs = mended.map(({ file, rewriting }) => {
    const text = maskedText(file);
    const edits = rewriting.edits.map((edit) => maskedEdit(edit, file, text, mask));
    return unifiedDiff(inFolder(file.path), text, edits, style);
  });
  return diffs.join('');
}

/** The way to a file from here; not to a link, which no patch would follow. */
const inFolder = (path: string): string => relative(realPath('.'), realPath(path));

const fixesOf = (mended: readonly Mended[]): number => mended.reduce((sum, { fixes }) => sum + fixes, 0);

/** Whoever changes a file meanwhile keeps the change. */
function isUnchanged({ file }: Mended): boolean {
  if (isStillWritten(file.path, file.text)) return true;
  say(`meshlint: "${file.path}" was not changed: another program has changed it meanwhile`);
  return false;
}

/** Why a fix is not made, in the words in which it is told; in the order in which reasons are looked for. */
const REASONS: readonly [says: (finding: Finding, options: FixOptions) => boolean | undefined, why: string][] = [
  [({ place }, { stdin }) => place.file.path === stdin, 'in standard input, which cannot be written'],
  [({ place }) => place.file.isGenerated, 'in the cluster, because only files are fixed'],
  [({ place }) => place.resource?.document.origin !== undefined, 'in rendered text; fix the templates'],
  [({ fix }, { unsafeFixes }) => fix?.safety === 'unsafe' && !unsafeFixes, 'that --unsafe-fixes would fix'],
];

const reasonOf = (finding: Finding, options: FixOptions): string | undefined =>
  REASONS.find(([holds]) => holds(finding, options))?.[1];

const chosenBy =
  (options: FixOptions): Choose =>
  (finding) =>
    finding.fix !== undefined && reasonOf(finding, options) === undefined;

/** A line for each reason for which something stays as it is. */
function leftLines({ result }: Run, options: FixOptions): string[] {
  const reasons = result.findings.flatMap((each) => (each.fix && reasonOf(each, options)) ?? []);
  return [...new Set(reasons)].map((reason) => {
    const number = reasons.filter((each) => each === reason).length;
    return `meshlint: not fixed: ${count(number, 'finding')} ${reason}`;
  });
}

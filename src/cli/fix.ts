import { readFileSync } from 'node:fs';
import { count } from '../report/closing';
import { edited, unifiedDiff } from '../report/diff';
import type { Style } from '../report/style';
import type { Edit, Finding } from '../rules/rule';
import type { SourceFile } from '../source/file';
import { read } from '../source/read';
import type { Run } from './changed';
import { say } from './terminal';
import { UsageError } from './usage-error';
import { writeAll } from './write';

/** The options that are about mending. */
export interface FixOptions {
  fix?: true;
  dryRun?: true;
  unsafeFixes?: true;
  staged?: true;
}

/** One round can bring to light what another mends; more rounds than this would not end. */
const MOST_ROUNDS = 8;

/** Refuses what makes no sense before anything is read. */
export function checkFixOptions({ fix, dryRun, unsafeFixes, staged }: FixOptions): void {
  const lonely = [dryRun && '--dry-run', unsafeFixes && '--unsafe-fixes'].find(Boolean);
  if (lonely && !fix) throw new UsageError(`${lonely} says how to --fix, which was not asked for`);
  if (fix && staged) throw new UsageError('--fix changes files, and --staged reads what is in the index of git');
}

/** Mends what can be mended and judges anew, until nothing is left that can be. */
export async function mend(first: Run, again: () => Promise<Run>, options: FixOptions): Promise<Run> {
  let run = first;
  let mended = 0;
  const files = new Set<string>();
  const spoilt = new Set<string>();
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const plans = plansFor(run.result.findings, options, spoilt);
    if (plans.length === 0) break;
    writeAll(plans.map(({ file, text }) => ({ path: file.path, text })));
    for (const { file } of plans) files.add(file.path);
    mended += plans.reduce((sum, plan) => sum + plan.fixes, 0);
    run = await again();
  }
  if (mended) say(`meshlint: mended ${count(mended, 'finding')} in ${count(files.size, 'file')}`);
  return run;
}

/** What a first round would change, as a unified diff. */
export function changesOf({ result }: Run, options: FixOptions, style: Style): string {
  const plans = plansFor(result.findings, options, new Set());
  const fixes = plans.reduce((sum, plan) => sum + plan.fixes, 0);
  say(`meshlint: --fix would mend ${count(fixes, 'finding')} in ${count(plans.length, 'file')}`);
  return plans.map(({ file, edits }) => unifiedDiff(file.path, file.text, edits, style)).join('');
}

/** What a file would become, and how many findings that mends. */
interface Plan {
  file: SourceFile;
  edits: readonly Edit[];
  text: string;
  fixes: number;
}

function plansFor(findings: readonly Finding[], options: FixOptions, spoilt: Set<string>): Plan[] {
  const chosen = new Map<string, { file: SourceFile; edits: Edit[]; fixes: number }>();
  for (const edits of findings.flatMap((finding) => editsOf(finding, options))) {
    const [{ file }] = edits as [Edit];
    if (spoilt.has(file.path)) continue;
    const plan = chosen.get(file.path) ?? { file, edits: [], fixes: 0 };
    // Both in one round would spoil one another; the next round sees what is left.
    if (edits.some((edit) => plan.edits.some((other) => overlaps(edit, other)))) continue;
    plan.edits.push(...edits);
    plan.fixes++;
    chosen.set(file.path, plan);
  }
  return [...chosen.values()].flatMap((plan) => {
    const edits = plan.edits.sort((a, b) => a.start - b.start);
    const text = edited(plan.file.text, edits);
    if (text !== plan.file.text && isStillWritten(plan.file) && isSound(plan.file, text))
      return [{ ...plan, edits, text }];
    spoilt.add(plan.file.path);
    return [];
  });
}

/** The edits of a finding that may be made: safe ones unless others are asked for, in one file that somebody wrote. */
function editsOf({ fix, place }: Finding, { unsafeFixes }: FixOptions): Edit[][] {
  if (!fix || (fix.safety === 'unsafe' && !unsafeFixes)) return [];
  // Whoever rendered the text would render it again.
  if (place.resource?.document.origin !== undefined) return [];
  const edits = fix.edits();
  const [first] = edits;
  const isOfOneFile = edits.every(({ file }) => file.path === first?.file.path && !file.isGenerated);
  return first && isOfOneFile ? [edits] : [];
}

const overlaps = (one: Edit, other: Edit): boolean =>
  one.start === other.start || (one.start < other.end && other.start < one.end);

/** Standard input and what a program renders are no files, and somebody may have changed one meanwhile. */
function isStillWritten({ path, text }: SourceFile): boolean {
  try {
    return readFileSync(path, 'utf8') === text;
  } catch {
    return false;
  }
}

/** Whether a changed text still holds as many objects, and no more that cannot be read. */
function isSound(file: SourceFile, text: string): boolean {
  const [before, after] = [read(file.path, file.text), read(file.path, text)];
  const isWhole = after.problems.length <= before.problems.length && after.resources.length === before.resources.length;
  if (!isWhole) say(`meshlint: "${file.path}" is left as it is: mended, it could not be read`);
  return isWhole;
}

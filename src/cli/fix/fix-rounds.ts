import { readFileSync } from 'node:fs';
import { edited } from '../../report/diff';
import type { Edit, Finding } from '../../rules/rule';
import type { SourceFile } from '../../source/file';
import { read } from '../../source/read';
import { realPath } from '../input/boundary';
import type { Run } from '../git/changed';
import { Rewriting } from './rewriting';
import { quietly, say } from '../terminal';

/** What is read in the place of what files hold, by where they really lie. */
export type Drafts = ReadonlyMap<string, string>;

/** What a file is to become, and how many findings that mends. */
export interface Mended {
  readonly file: SourceFile;
  readonly rewriting: Rewriting;
  fixes: number;
}

/** What mending would make of the files, and what is found in them then. */
export interface Rehearsal {
  readonly run: Run;
  readonly mended: readonly Mended[];
}

/** Chooses the fixes that may be made. */
export type Choose = (finding: Finding) => boolean;

/** One round can bring to light what another mends; more rounds than this would not end. */
const MOST_ROUNDS = 8;

/** Mends in memory and judges anew, until nothing is left that can be mended. */
export async function fixRounds(
  first: Run,
  again: (drafts: Drafts) => Promise<Run>,
  mayMend: Choose,
): Promise<Rehearsal> {
  const drafts = new Map<string, string>();
  const spoilt = new Set<string>();
  const mended = new Map<string, Mended>();
  let run = first;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const plans = plansFor(run.result.findings.filter(mayMend), drafts, spoilt);
    if (plans.length === 0) break;
    for (const { file, edits, text, fixes } of plans) {
      const known = mended.get(realPath(file.path)) ?? { file, rewriting: new Rewriting(file.text), fixes: 0 };
      known.rewriting.change(edits);
      known.fixes += fixes;
      mended.set(realPath(file.path), known);
      drafts.set(realPath(file.path), text);
    }
    run = await quietly(() => again(drafts));
  }
  return { run, mended: [...mended.values()] };
}

/** What a file becomes in one round. */
interface Plan {
  file: SourceFile;
  edits: Edit[];
  text: string;
  fixes: number;
}

function plansFor(findings: readonly Finding[], drafts: Drafts, spoilt: Set<string>): Plan[] {
  const chosen = new Map<string, Omit<Plan, 'text'>>();
  for (const { fix } of findings) {
    const edits = fix?.edits() ?? [];
    const [first] = edits;
    if (!first || spoilt.has(first.file.path) || edits.some(({ file }) => file.path !== first.file.path)) continue;
    const { file } = first;
    const plan = chosen.get(realPath(file.path)) ?? { file, edits: [], fixes: 0 };
    // Under another name the same file is mended already, and both in one round would spoil one another.
    if (plan.file.path !== file.path || edits.some((edit) => plan.edits.some((other) => overlaps(edit, other))))
      continue;
    plan.edits.push(...edits);
    plan.fixes++;
    chosen.set(realPath(file.path), plan);
  }
  return [...chosen.values()].flatMap((plan) => {
    const edits = plan.edits.sort((a, b) => a.start - b.start);
    const text = edited(plan.file.text, edits);
    if (text !== plan.file.text && isCurrent(plan.file, drafts) && isSound(plan.file, text))
      return [{ ...plan, edits, text }];
    spoilt.add(plan.file.path);
    return [];
  });
}

const overlaps = (one: Edit, other: Edit): boolean =>
  one.start === other.start || (one.start < other.end && other.start < one.end);

function isCurrent({ path, text }: SourceFile, drafts: Drafts): boolean {
  const draft = drafts.get(realPath(path));
  return draft === undefined ? isStillWritten(path, text) : draft === text;
}

/** Whether a file holds that very text: somebody may have changed it meanwhile. */
export function isStillWritten(path: string, text: string): boolean {
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
  if (!isWhole) say(`meshlint: "${file.path}" was not changed: the fixed text would not parse`);
  return isWhole;
}

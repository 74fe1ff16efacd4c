import type { Mesh } from '../../mesh/mesh';
import {
  BASELINE_VERSION,
  type Baseline,
  type Compared,
  baselineOf,
  baselineText,
  compared,
} from '../../report/baseline';
import { count } from '../../report/closing';
import type { Report } from '../../report/report';
import type { Finding } from '../../rules/rule';
import { bytesOf } from '../input/boundary';
import type { Run } from '../git/changed';
import { whyUnreadable } from '../input/read-text';
import { say } from '../terminal';
import type { Shard } from './shard';
import { UsageError } from '../usage-error';
import { writeAll } from '../fix/write';

/** The options that are about known findings. */
export interface BaselineOptions {
  baseline?: string;
  updateBaseline?: true;
  changed?: string;
  staged?: true;
  shard?: Shard;
}

/** Refuses what makes no sense before anything is read. */
export function checkBaselineOptions({ baseline, updateBaseline, changed, staged }: BaselineOptions): void {
  if (!updateBaseline) return;
  if (baseline === undefined)
    throw new UsageError('--update-baseline requires --baseline FILE, or a baseline in the configuration file');
  if (changed !== undefined || staged)
    throw new UsageError('--update-baseline cannot be used with --changed or --staged, because it needs all findings');
}

/** What is not in the baseline, and how much is; with --update-baseline everything that is found now is written to it. */
export function beyondBaseline(
  { mesh, result: { findings } }: Run,
  options: BaselineOptions,
  naming: Naming,
): { findings: Finding[]; known: number } {
  const { baseline: path, updateBaseline, changed, staged, shard } = options;
  if (path === undefined) return { findings, known: 0 };
  if (updateBaseline) return update(path, findings, naming);
  const baseline = readBaseline(path);
  const comparison = compared(findings, baseline, naming);
  const isWhole = changed === undefined && !staged && !shard;
  if (isWhole && baseline.version === 1) rewrite(path, comparison, mesh, naming);
  else if (isWhole) reportGone(comparison);
  return { findings: comparison.findings, known: comparison.known.length };
}

type Naming = Pick<Report, 'inRepository' | 'digest'>;

function reportGone({ gone }: Compared): void {
  const total = totalOf(gone);
  if (total > 0)
    say(`meshlint: ${noLongerOccur(total)}; run --update-baseline to remove ${total === 1 ? 'it' : 'them'}`);
}

const totalOf = (entries: readonly { count: number }[]): number => entries.reduce((sum, entry) => sum + entry.count, 0);

const noLongerOccur = (total: number): string =>
  total === 1 ? '1 baseline entry no longer occurs' : `${total} baseline entries no longer occur`;

/** Writes a baseline of version 1 once more as version 2, unless that would lose what is known of files that this run did not read. */
function rewrite(path: string, comparison: Compared, { files }: Mesh, naming: Naming): void {
  const read = new Set(files.map((file) => naming.inRepository(file.path)));
  if (comparison.gone.some(({ file }) => !read.has(file)))
    return say(
      `meshlint: baseline "${path}" has version 1; a run with all of its files, or --update-baseline, rewrites it`,
    );
  writeAll([{ path, text: baselineText(baselineOf(comparison.known, naming)) }]);
  say(
    `meshlint: rewrote baseline "${path}" as version ${BASELINE_VERSION}, which does not depend on the words of messages`,
  );
  const total = totalOf(comparison.gone);
  if (total > 0) say(`meshlint: ${noLongerOccur(total)} and ${total === 1 ? 'was' : 'were'} removed`);
}

function update(path: string, findings: readonly Finding[], naming: Naming) {
  writeAll([{ path, text: baselineText(baselineOf(findings, naming)) }]);
  say(`meshlint: wrote ${count(findings.length, 'finding')} to baseline "${path}"`);
  return { findings: [], known: findings.length };
}

/** Reads a baseline. Throws a UsageError for what is none, or of another version. */
function readBaseline(path: string): Baseline {
  const value = jsonIn(path);
  const { version, findings } = (value ?? {}) as Partial<Record<keyof Baseline, unknown>>;
  if (typeof version === 'number' && version > BASELINE_VERSION)
    throw new UsageError(
      `baseline "${path}" has version ${version}, but this meshlint reads versions up to ${BASELINE_VERSION}; rewrite it with --update-baseline`,
    );
  if ((version !== 1 && version !== BASELINE_VERSION) || !Array.isArray(findings) || !findings.every(isKnownFault))
    throw new UsageError(`"${path}" is not a baseline; create one with --update-baseline`);
  return { version, findings };
}

function isKnownFault(value: unknown): value is Baseline['findings'][number] {
  const { fingerprint, count, rule, file } = (value ?? {}) as Record<string, unknown>;
  return [fingerprint, rule, file].every((text) => typeof text === 'string') && Number.isInteger(count);
}

function jsonIn(path: string): unknown {
  try {
    return JSON.parse(bytesOf(path).toString('utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      throw new UsageError(`baseline "${path}" does not exist; create it with --update-baseline`);
    throw new UsageError(`cannot read the baseline "${path}": ${whyUnreadable(error)}`);
  }
}

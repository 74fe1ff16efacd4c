import { BASELINE_VERSION, type Baseline, type Compared, baselineOf, baselineText, compared } from '../report/baseline';
import { count } from '../report/closing';
import type { Report } from '../report/report';
import type { Finding } from '../rules/rule';
import { bytesOf } from './boundary';
import { whyUnreadable } from './read-text';
import { say } from './terminal';
import { UsageError } from './usage-error';
import { writeAll } from './write';

/** The options that are about known findings. */
export interface BaselineOptions {
  baseline?: string;
  updateBaseline?: true;
  changed?: string;
  staged?: true;
}

/** Refuses what makes no sense before anything is read. */
export function checkBaselineOptions({ baseline, updateBaseline, changed, staged }: BaselineOptions): void {
  if (!updateBaseline) return;
  if (baseline === undefined)
    throw new UsageError('--update-baseline needs a file: name it with --baseline, or in the configuration');
  if (changed !== undefined || staged)
    throw new UsageError('--update-baseline needs all findings, and so neither --changed nor --staged');
}

/** Leaves out what the baseline knows; with --update-baseline it knows everything that is found now. */
export function beyondBaseline(
  findings: readonly Finding[],
  options: BaselineOptions,
  naming: Pick<Report, 'inRepository' | 'digest'>,
): Omit<Compared, 'gone'> {
  const { baseline: path, updateBaseline, changed, staged } = options;
  if (path === undefined) return { findings: [...findings], known: 0 };
  if (updateBaseline) return update(path, findings, naming);
  const { gone, ...rest } = compared(findings, readBaseline(path), naming);
  if (gone > 0 && changed === undefined && !staged)
    say(
      `meshlint: ${count(gone, 'finding')} of the baseline ${gone === 1 ? 'is' : 'are'} gone; --update-baseline forgets what is`,
    );
  return rest;
}

function update(path: string, findings: readonly Finding[], naming: Pick<Report, 'inRepository' | 'digest'>) {
  writeAll([{ path, text: baselineText(baselineOf(findings, naming)) }]);
  say(`meshlint: the baseline "${path}" knows ${count(findings.length, 'finding')} now`);
  return { findings: [], known: findings.length };
}

/** Reads a baseline. Throws a UsageError for what is none, or of another version. */
function readBaseline(path: string): Baseline {
  const value = jsonIn(path);
  const { version, findings } = (value ?? {}) as Partial<Record<keyof Baseline, unknown>>;
  if (typeof version === 'number' && version !== BASELINE_VERSION)
    throw new UsageError(
      `the baseline "${path}" is of version ${version}, and this program knows version ${BASELINE_VERSION}; --update-baseline writes it anew`,
    );
  if (version !== BASELINE_VERSION || !Array.isArray(findings) || !findings.every(isKnownFault))
    throw new UsageError(`"${path}" is no baseline; --update-baseline writes one`);
  return { version, findings };
}

function isKnownFault(value: unknown): value is Baseline['findings'][number] {
  const { fingerprint, count } = (value ?? {}) as Record<string, unknown>;
  return typeof fingerprint === 'string' && Number.isInteger(count);
}

function jsonIn(path: string): unknown {
  try {
    return JSON.parse(bytesOf(path).toString('utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      throw new UsageError(`there is no baseline "${path}"; --update-baseline writes one`);
    throw new UsageError(`cannot read the baseline "${path}": ${whyUnreadable(error)}`);
  }
}

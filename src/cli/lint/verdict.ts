import type { Finding, Severity } from '../../rules/rule';
import { count } from '../../report/closing';

/** What makes a run fail. */
export interface Threshold {
  failOn: Severity | 'never';
  maxWarnings?: number;
}

/** Whether a run fails, and by which findings. */
export interface Verdict {
  isFailure: boolean;
  fails: (finding: Finding) => boolean;
  /** Why it fails where the findings alone do not show it. */
  complaint?: string;
}

const RANK: Record<Severity, number> = { info: 0, warning: 1, error: 2 };

/** Judges a run, before anything is left out of its report. */
export function verdictOf(findings: readonly Finding[], { failOn, maxWarnings }: Threshold): Verdict {
  const fails = ({ severity }: Finding) => failOn !== 'never' && RANK[severity] >= RANK[failOn];
  const warnings = findings.filter(({ severity }) => severity === 'warning').length;
  const tooMany = maxWarnings !== undefined && warnings > maxWarnings;
  return {
    isFailure: tooMany || findings.some(fails),
    fails,
    ...(tooMany && { complaint: `${count(warnings, 'warning')}, and no more than ${maxWarnings} are allowed` }),
  };
}

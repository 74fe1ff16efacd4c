import type { LintResult } from '../lint';
import type { Mesh } from '../mesh/mesh';

/** What a run looked at and how much it found. Objects of a cluster lie in no file. */
export interface Summary {
  files: number;
  resources: number;
  errors: number;
  warnings: number;
  infos: number;
}

/** Counts a run. */
export function summaryOf(mesh: Mesh, { findings }: LintResult): Summary {
  const count = (severity: string) => findings.filter((finding) => finding.severity === severity).length;
  const judged = mesh.files.filter(({ role }) => role === 'judged');
  return {
    files: judged.filter(({ isGenerated }) => !isGenerated).length,
    resources: judged.reduce((sum, { resources }) => sum + resources.length, 0),
    errors: count('error'),
    warnings: count('warning'),
    infos: count('info'),
  };
}

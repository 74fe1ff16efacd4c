import type { Problem } from '../../source/file';
import type { Context } from '../rule';

/** Reports what reading the files found of one kind. */
export function reportProblems({ mesh, report }: Context, kind: Problem['rule']): void {
  for (const file of mesh.files)
    for (const { rule, place, message, related } of file.problems)
      if (rule === kind) report(place, message, { related });
}

import { say } from '../terminal';
import { some } from './some';

/** Something that is not rendered, and why, as the second half of "not rendered, because ...". */
export interface Failure {
  readonly title: string;
  readonly reason: string;
}

const MOST_CAUSES = 4;

/** Says once for each reason what was not rendered. */
export function sayFailures(failures: readonly Failure[]): void {
  const causes = new Map<string, string[]>();
  for (const { title, reason } of failures) causes.set(reason, [...(causes.get(reason) ?? []), title]);
  for (const [cause, titles] of [...causes].slice(0, MOST_CAUSES))
    say(`meshlint: not rendered, because ${cause}: ${some(titles)}`);
  const others = [...causes.values()].slice(MOST_CAUSES).flat();
  if (others.length) say(`meshlint: not rendered, for other reasons: ${some(others)}`);
}

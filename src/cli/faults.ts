import type { Fault } from '../source/fault';
import { say } from './terminal';

/** Reports faults of meshlint itself on standard error, each once, and sets exit status 3. The results are still worth printing. */
export function reportFaults(faults: readonly Fault[]): void {
  const places = new Map<string, string[]>();
  for (const { where, error } of faults) places.set(traceOf(error), [...(places.get(traceOf(error)) ?? []), where]);
  for (const [trace, where] of places) say(`meshlint: internal fault in ${listed(where)}, please report it: ${trace}`);
  if (faults.length) process.exitCode = 3;
}

const MOST_SHOWN = 5;

const listed = (where: readonly string[]): string =>
  where.slice(0, MOST_SHOWN).join(', ') + (where.length > MOST_SHOWN ? ` and ${where.length - MOST_SHOWN} more` : '');

/** An error with its stack, for those who will look for it. */
export const traceOf = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);

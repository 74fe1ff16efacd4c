import type { Measure } from '../../lint';

/** The longest parts are shown first; of the many rules that take next to no time only the sum is. */
const LEAST_SHOWN_MS = 1;

/** Where the time of a run goes, in milliseconds on the clock: `lint --timing`. */
export class Stopwatch {
  private readonly spent = new Map<string, number>();

  /** Does something, and counts the time that it takes for a part of the run. */
  readonly measure: Measure = (part, work) => {
    const started = performance.now();
    try {
      return work();
    } finally {
      this.add(part, performance.now() - started);
    }
  };

  /** As `measure`, for work that waits. */
  async measureAsync<Result>(part: string, work: () => Promise<Result>): Promise<Result> {
    const started = performance.now();
    try {
      return await work();
    } finally {
      this.add(part, performance.now() - started);
    }
  }

  /** Counts time for a part of the run. */
  add(part: string, milliseconds: number): void {
    this.spent.set(part, (this.spent.get(part) ?? 0) + milliseconds);
  }

  /** The parts as a table, of a run that took so many milliseconds from the start of the process. */
  table(total: number): string {
    const known = [...this.spent.values()].reduce((sum, each) => sum + each, 0);
    const parts = [...this.spent, ['other', Math.max(total - known, 0)] as const];
    const shown = parts.filter(([, spent]) => spent >= LEAST_SHOWN_MS).sort(([, a], [, b]) => b - a);
    const hidden = parts.filter(([, spent]) => spent < LEAST_SHOWN_MS);
    const rest = hidden.reduce((sum, [, spent]) => sum + spent, 0);
    const lines = [...shown, [`${hidden.length} parts below ${LEAST_SHOWN_MS} ms`, rest], ['total', total]] as const;
    const width = Math.max(...lines.map(([part]) => part.length));
    return lines
      .map(([part, spent]) => {
        const percent = `${((100 * spent) / total).toFixed(1)} %`;
        return `${part.padEnd(width)}  ${spent.toFixed(0).padStart(6)} ms  ${percent.padStart(7)}\n`;
      })
      .join('');
  }
}

/** Upper bounds of the latency histogram, in seconds. */
const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** What became of a request. */
export type Outcome = 'allowed' | 'warned' | 'refused' | 'skipped' | 'failed' | 'bad-request';

/** A value that is looked up when the metrics are read. */
export interface Gauge {
  readonly name: string;
  readonly help: string;
  readonly value: () => number;
}

/** Counts requests and their latency, and writes them in the text format of Prometheus. */
export class Metrics {
  private readonly outcomes = new Map<Outcome, number>();
  private readonly buckets = BOUNDS.map(() => 0);
  private seconds = 0;
  private requests = 0;

  constructor(private readonly gauges: readonly Gauge[]) {}

  count(outcome: Outcome, seconds: number): void {
    this.outcomes.set(outcome, (this.outcomes.get(outcome) ?? 0) + 1);
    this.requests++;
    this.seconds += seconds;
    BOUNDS.forEach((bound, index) => {
      if (seconds <= bound) this.buckets[index]!++;
    });
  }

  get text(): string {
    const outcomes = [...this.outcomes].map(
      ([outcome, count]) => `meshlint_admission_requests_total{outcome="${outcome}"} ${count}`,
    );
    const buckets = BOUNDS.map(
      (bound, index) => `meshlint_admission_seconds_bucket{le="${bound}"} ${this.buckets[index]}`,
    );
    const gauges = this.gauges.flatMap(({ name, help, value }) => head(name, 'gauge', help, [`${name} ${value()}`]));
    return (
      [
        ...head('meshlint_admission_requests_total', 'counter', 'Requests by outcome.', outcomes),
        ...head('meshlint_admission_seconds', 'histogram', 'Time from the request to the answer.', [
          ...buckets,
          `meshlint_admission_seconds_bucket{le="+Inf"} ${this.requests}`,
          `meshlint_admission_seconds_sum ${this.seconds}`,
          `meshlint_admission_seconds_count ${this.requests}`,
        ]),
        ...gauges,
      ].join('\n') + '\n'
    );
  }
}

const head = (name: string, type: string, help: string, lines: readonly string[]): string[] => [
  `# HELP ${name} ${help}`,
  `# TYPE ${name} ${type}`,
  ...lines,
];

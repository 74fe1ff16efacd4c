/** A place where Envoy would draw a random number, and what was taken there. */
interface Draw {
  weights: readonly number[];
  index: number;
  mark: number;
}

/**
 * The random choices of one run. Runs are repeated until each combination of choices was taken once, so that the code which
 * draws reads as if there were only one.
 *
 * Differs: Envoy takes a route's runtime fraction and its weighted clusters from one random number, here they are independent.
 */
export class Chance {
  share = 1;
  readonly draws: Draw[] = [];

  constructor(
    private readonly script: readonly number[],
    private readonly random: number | undefined,
    private readonly mark: () => number,
  ) {}

  /** The index of the weight that is drawn. */
  draw(weights: readonly number[]): number {
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const possible = weights.filter((weight) => weight > 0).length;
    if (possible < 2) return weights.findIndex((weight) => weight > 0);
    if (this.random !== undefined) return reached(weights, this.random % total);

    const index = this.script[this.draws.length] ?? weights.findIndex((weight) => weight > 0);
    this.draws.push({ weights, index, mark: this.mark() });
    this.share *= weights[index]! / total;
    return index;
  }

  /** One of several things of which nothing says how often they happen: each is tried, whatever is drawn elsewhere. */
  choose(count: number): number {
    const index = this.script[this.draws.length] ?? 0;
    this.draws.push({ weights: Array<number>(count).fill(1), index, mark: this.mark() });
    return index;
  }

  /** Whether something happens that happens `numerator` times out of `denominator`. */
  happens(numerator: number, denominator: number): boolean {
    const yes = Math.min(numerator, denominator);
    return this.draw([yes, denominator - yes]) === 0;
  }
}

function reached(weights: readonly number[], value: number): number {
  let end = 0;
  return weights.findIndex((weight) => value < (end += weight));
}

/** What runs must draw so that the combination after this one is taken; undefined after the last. */
export function nextScript(draws: readonly Draw[]): { script: number[]; mark: number } | undefined {
  for (let last = draws.length - 1; last >= 0; last--) {
    const { weights, index, mark } = draws[last]!;
    const next = weights.findIndex((weight, at) => at > index && weight > 0);
    if (next >= 0) return { script: [...draws.slice(0, last).map((draw) => draw.index), next], mark };
  }
  return undefined;
}

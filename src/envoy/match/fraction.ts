import type { FractionalPercent, RuntimeFractionalPercent } from '../config';
import type { Chance } from '../run/chance';

const DENOMINATORS = { HUNDRED: 100, TEN_THOUSAND: 10_000, MILLION: 1_000_000 } as const;

/** A fraction as a share from 0 to 1. */
export function shareOf(fraction: FractionalPercent | undefined): number {
  return Math.min(1, (fraction?.numerator ?? 0) / DENOMINATORS[fraction?.denominator ?? 'HUNDRED']);
}

/** Draws whether something happens; where nothing is said of its chance, it always does. */
export function happens(chance: Chance, runtime: RuntimeFractionalPercent | undefined): boolean {
  return runtime ? happensOften(chance, runtime.defaultValue) : true;
}

export function happensOften(chance: Chance, fraction: FractionalPercent | undefined): boolean {
  return chance.happens(fraction?.numerator ?? 0, DENOMINATORS[fraction?.denominator ?? 'HUNDRED']);
}

import type { Chance } from './chance';

/** A part of a request that is not known. */
export type Unknown =
  | { readonly kind: 'method' | 'path' | 'client address' | 'external authorization' }
  | { readonly kind: 'header' | 'query parameter' | 'claim'; readonly name: string };

/** What one run takes to be so of a part that is not known. */
export interface Assumption {
  readonly on: Unknown;
  readonly holds: boolean;
}

/** Of a request that is known only in part, a run assumes the answer to every condition on the rest; runs differ in the answers. */
export class Assumptions {
  readonly made: Assumption[] = [];
  private readonly answers = new Map<string, boolean>();

  constructor(private readonly chance: Chance) {}

  /** Whether a condition on an unknown part holds in this run. A condition that is met twice holds both times or never. */
  holds(on: Unknown, condition: object): boolean {
    const key = JSON.stringify([on, condition]);
    const known = this.answers.get(key);
    if (known !== undefined) return known;
    const holds = this.chance.choose(2) === 0;
    this.answers.set(key, holds);
    this.made.push({ on, holds });
    return holds;
  }
}

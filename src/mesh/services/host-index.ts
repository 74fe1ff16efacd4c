/** Values kept by host name, wildcards among them, and found by the most specific name that covers another. */
import { isWildcard } from './hostname';

/** What is kept for one host name. */
export interface HostMatch<Value> {
  host: string;
  value: Value;
}

/**
 * A map from host names to values. Looking up a name costs as many steps as there are lengths of wildcards, not as many as there
 * are wildcards.
 */
export class HostIndex<Value> {
  private readonly exact = new Map<string, Value>();
  private readonly wildcards = new Map<string, Value>();
  private lengths: number[] = [];

  /** What is kept for this very name. */
  get(host: string): Value | undefined {
    return (isWildcard(host) ? this.wildcards : this.exact).get(host);
  }

  set(host: string, value: Value): void {
    if (!isWildcard(host)) {
      this.exact.set(host, value);
      return;
    }
    this.wildcards.set(host, value);
    if (!this.lengths.includes(host.length)) this.lengths = [...this.lengths, host.length].sort((a, b) => b - a);
  }

  /** What is kept for a name, made first if there is nothing yet. */
  at(host: string, make: () => Value): Value {
    const known = this.get(host);
    if (known !== undefined) return known;
    const made = make();
    this.set(host, made);
    return made;
  }

  /** The name itself, or else the longest wildcard that covers it. istio: model.MostSpecificHostMatch */
  mostSpecific(host: string): HostMatch<Value> | undefined {
    return this.covering(host).next().value ?? undefined;
  }

  /** Every name that covers this one, the most specific first. */
  *covering(host: string): Generator<HostMatch<Value>, undefined> {
    const same = this.get(host);
    if (same !== undefined) yield { host, value: same };
    const name = isWildcard(host) ? host.slice(1) : host;
    for (const length of this.lengths) {
      if (length - 1 > name.length) continue;
      const wildcard = `*${name.slice(name.length - length + 1)}`;
      const value = this.wildcards.get(wildcard);
      if (value !== undefined && wildcard !== host) yield { host: wildcard, value };
    }
    return undefined;
  }

  *values(): Generator<Value> {
    yield* this.exact.values();
    yield* this.wildcards.values();
  }

  *hosts(): Generator<string> {
    yield* this.exact.keys();
    yield* this.wildcards.keys();
  }
}

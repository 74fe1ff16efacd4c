import type { FilterChain, FilterChainMatch, Listener } from '../config';
import type { Connection } from '../run/connection';
import type { Run } from '../run/run';
import type { Rejection } from '../run/trace';
import { type Criterion, criteriaFor } from './filter-chain-criteria';

/**
 * The filter chain of a listener that takes a connection: criterion by criterion only the chains stay that meet it most exactly,
 * and there is no way back. envoy: FilterChainManagerImpl::findFilterChain.
 */
export function filterChainFor(run: Run, listener: Listener, connection: Connection): FilterChain | undefined {
  const { trace } = run;
  const rejected: Rejection[] = [];
  let left = listener.filterChains ?? [];
  for (const criterion of criteriaFor(connection)) {
    const before = left;
    left = bestBy(criterion, left);
    if (trace.explains) rejected.push(...reasons(criterion, before, left));
  }
  const chosen = left[0] ?? listener.defaultFilterChain;
  trace.step('filter chain', chosen, () => decision(listener, left), { rejected });
  return chosen;
}

function bestBy({ rank }: Criterion, chains: readonly FilterChain[]): FilterChain[] {
  let best = -1;
  let kept: FilterChain[] = [];
  for (const chain of chains) {
    const value = rank(matchOf(chain));
    if (value < 0 || value < best) continue;
    if (value > best) kept = [];
    best = value;
    kept.push(chain);
  }
  return kept;
}

const NONE: FilterChainMatch = {};
const matchOf = ({ filterChainMatch = NONE }: FilterChain): FilterChainMatch => filterChainMatch;

function reasons(
  { rank, name, wanted, actual }: Criterion,
  before: readonly FilterChain[],
  left: readonly FilterChain[],
) {
  return before
    .filter((candidate) => !left.includes(candidate))
    .map((candidate) => {
      const meets = rank(matchOf(candidate)) >= 0;
      const because = meets
        ? `another filter chain names the ${name} more exactly`
        : `the ${name} is ${actual}, it wants ${wanted(matchOf(candidate))}`;
      return { candidate, because };
    });
}

function decision({ filterChainMatcher, defaultFilterChain }: Listener, left: readonly FilterChain[]): string {
  if (filterChainMatcher) return 'matcher trees are not simulated; the matches of the filter chains are used';
  if (left.length) return 'it meets the connection most exactly';
  return defaultFilterChain ? 'no other filter chain takes the connection' : 'no filter chain takes the connection';
}

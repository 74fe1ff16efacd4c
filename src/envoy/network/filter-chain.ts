import type { FilterChain, FilterChainMatch, Listener } from '../config';
import type { Connection } from '../run/connection';
import type { Run } from '../run/run';
import type { Rejection } from '../run/trace';
import { type Criterion, criteriaFor } from './filter-chain-criteria';
import { matchedName } from './filter-chain-matcher';

/**
 * The filter chain of a listener that takes a connection: criterion by criterion only the chains stay that meet it most exactly,
 * and there is no way back. envoy: FilterChainManagerImpl::findFilterChain.
 */
export function filterChainFor(run: Run, listener: Listener, connection: Connection): FilterChain | undefined {
  const { trace } = run;
  if (listener.filterChainMatcher) return matchedChain(run, listener, connection);
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

/** The chain that a matching tree names. */
function matchedChain(run: Run, listener: Listener, connection: Connection): FilterChain | undefined {
  const name = matchedName(listener.filterChainMatcher!, connection);
  const named = listener.filterChains?.find((chain) => chain.name === name);
  const { address, port } = connection.destination;
  const chosen = named ?? listener.defaultFilterChain;
  run.trace.step('filter chain', chosen, () =>
    named ? `it is for ${address}:${port}` : `no filter chain is for ${address}:${port}`,
  );
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

function decision({ defaultFilterChain }: Listener, left: readonly FilterChain[]): string {
  if (left.length) return 'it meets the connection most exactly';
  return defaultFilterChain ? 'no other filter chain takes the connection' : 'no filter chain takes the connection';
}

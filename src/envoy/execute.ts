import type { EnvoyConfig, Listener } from './config';
import { filterChainFor } from './network/filter-chain';
import { acceptingListener, nextListener } from './network/listener';
import { inspect } from './network/listener-filters';
import { throughNetworkFilters } from './network/network-filters';
import type { Arrival } from './run/arrival';
import { type Assumption, Assumptions } from './run/assumptions';
import { Chance, nextScript } from './run/chance';
import type { Connection } from './run/connection';
import { lookupOf } from './run/lookup';
import type { Outcome } from './run/outcome';
import type { Options, Run } from './run/run';
import { type Step, Trace } from './run/trace';

/** All that can become of an arrival: several branches only where chance or an unknown part of the request decides. */
export interface Execution {
  readonly branches: readonly [Branch, ...Branch[]];
  /** Whether these are all branches: of a request that is known only in part, there may be too many. */
  readonly isComplete: boolean;
}

export interface Branch {
  /** How often it comes to this, from 0 to 1. */
  readonly share: number;
  /** The decisions in their order. Those before two branches part are the same objects in both. */
  readonly steps: readonly Step[];
  readonly outcome: Outcome;
  /** What is taken to be so of a request that is known only in part. */
  readonly assumptions: readonly Assumption[];
}

/** What an Envoy with this configuration does with an arrival. */
export function execute(config: EnvoyConfig, arrival: Arrival, options: Options = {}): Execution {
  const lookup = lookupOf(config);
  const runOnce = (script: readonly number[], shared: readonly Step[]) => {
    const trace = new Trace(options.explain ?? true);
    const chance = new Chance(script, options.random, () => trace.steps.length);
    const assumptions = isOpen(arrival) ? new Assumptions(chance) : undefined;
    const outcome = travel({ config, lookup, arrival, options, trace, chance, ...(assumptions && { assumptions }) });
    const branch: Branch = {
      share: chance.share,
      steps: [...shared, ...trace.steps.slice(shared.length)],
      outcome,
      assumptions: assumptions?.made ?? NONE,
    };
    return { branch, next: nextScript(chance.draws) };
  };

  let { branch, next } = runOnce([], []);
  const branches: [Branch, ...Branch[]] = [branch];
  const most = isOpen(arrival) ? MOST_BRANCHES : Infinity;
  while (next && branches.length < most) {
    ({ branch, next } = runOnce(next.script, branch.steps.slice(0, next.mark)));
    branches.push(branch);
  }
  return { branches, isComplete: next === undefined };
}

const NONE: readonly Assumption[] = [];

/** More branches than this say no more than that it depends. */
const MOST_BRANCHES = 64;

const isOpen = ({ payload }: Arrival): boolean => payload.kind === 'http' && payload.isOpen === true;

function travel(run: Run): Outcome {
  const first = acceptingListener(run);
  if (!first) return { kind: 'no listener' };
  const connection = connectionOf(run.arrival);
  const stalled = inspect(run, first, connection);
  if (stalled) return stalled;
  const next = nextListener(run, first);
  return (next && inspect(run, next, connection)) ?? serve(run, next ?? first, connection);
}

function serve(run: Run, listener: Listener, connection: Connection): Outcome {
  const chain = filterChainFor(run, listener, connection);
  if (!chain) return { kind: 'closed', by: 'filter chain', flags: ['NR'], details: 'filter_chain_not_found' };
  const outcome = throughNetworkFilters(run, chain, connection);
  return outcome.kind === 'closed' ? { ...outcome, inside: connection.tls !== undefined } : outcome;
}

const connectionOf = ({ source, destination }: Arrival): Connection => ({
  source,
  destination,
  transportProtocol: 'raw_buffer',
  sni: '',
  applicationProtocols: [],
  filterState: new Map(),
});

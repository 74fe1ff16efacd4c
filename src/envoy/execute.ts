import type { EnvoyConfig, Listener } from './config';
import { filterChainFor } from './network/filter-chain';
import { acceptingListener, nextListener } from './network/listener';
import { inspect } from './network/listener-filters';
import { throughNetworkFilters } from './network/network-filters';
import { withPort } from './match/address';
import type { Arrival, OuterTunnel } from './run/arrival';
import { type Assumption, Assumptions } from './run/assumptions';
import { Chance, nextScript } from './run/chance';
import type { Connection } from './run/connection';
import { lookupOf } from './run/lookup';
import type { Outcome, Response } from './run/outcome';
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
  return run.arrival.inTunnel ? throughTunnel(run, run.arrival.inTunnel) : arrive(run, connectionOf(run.arrival));
}

/** What comes in a tunnel: the tunnel is opened first, and then what is in it comes to the listener behind its end. */
function throughTunnel(run: Run, tunnel: OuterTunnel): Outcome {
  const outer: Run = { ...run, arrival: openingOf(run.arrival, tunnel), options: { ...run.options, answer: {} } };
  const opening = connectionOf(outer.arrival);
  const opened = arrive(outer, opening);
  const behind = wasOpened(opened) ? listenerBehind(run, opened) : undefined;
  if (!behind) return refusal(opened);
  const connection: Connection = { ...connectionOf(run.arrival), filterState: opening.shared, isInternal: true };
  run.trace.step('listener', behind, () => 'it takes what comes out of tunnels');
  return inspect(run, behind, connection) ?? serve(run, behind, connection);
}

function arrive(run: Run, connection: Connection): Outcome {
  const first = acceptingListener(run);
  if (!first) return { kind: 'no listener' };
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

const HBONE_PORT = 15008;

/** The request that opens a tunnel. */
const openingOf = ({ source, destination }: Arrival, { address, certificate }: OuterTunnel): Arrival => ({
  via: 'direct',
  source,
  destination: { address, port: HBONE_PORT },
  tls: { alpn: ['h2'], certificate },
  payload: {
    kind: 'http',
    version: '2',
    method: 'CONNECT',
    authority: withPort(destination.address, destination.port),
    path: '',
  },
});

type Opened = Response & { readonly upstream: NonNullable<Response['upstream']> };

const wasOpened = (outcome: Outcome): outcome is Opened =>
  outcome.kind === 'response' && outcome.status === 200 && outcome.upstream !== undefined;

/** The listener of the same proxy to which a request was sent. */
function listenerBehind({ config }: Run, { upstream }: Opened): Listener | undefined {
  const name = upstream.endpoints[0]?.tunnel?.listener;
  return config.listeners.find((each) => each.internalListener && each.name === name);
}

/** A client whose tunnel is not opened sees its connection closed. */
function refusal(outcome: Outcome): Outcome {
  switch (outcome.kind) {
    case 'response':
      return { kind: 'closed', by: 'tunnel', flags: outcome.flags, details: outcome.details };
    case 'closed':
      return outcome.by === 'handshake' ? { ...outcome, by: 'tunnel handshake' } : outcome;
    default:
      return outcome;
  }
}

const connectionOf = ({ source, destination }: Arrival): Connection => ({
  source,
  destination,
  transportProtocol: 'raw_buffer',
  sni: '',
  applicationProtocols: [],
  filterState: new Map(),
  shared: new Map(),
  isInternal: false,
});

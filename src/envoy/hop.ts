import type { FilterChain, Listener, Route, RouteConfiguration, VirtualHost } from './config';
import type { Branch, Execution } from './execute';
import type { Arrival } from './run/arrival';
import type { Header } from './run/header-map';
import type { Closed, Outcome, Response } from './run/outcome';
import type { Stage } from './run/trace';

/** What a client, an access log and an upstream would see of an arrival, in few words. Fields that do not apply are absent. */
export interface Hop {
  outcome:
    | 'response'
    | 'tcp-connected'
    | 'connection-closed'
    | 'tls-handshake-failed'
    | 'no-listener'
    | 'waiting'
    | 'not-simulated';
  status?: number;
  /** Response flags with commas, `-` for none. */
  flags?: string;
  details?: string;
  listener?: string;
  filterChain?: string;
  routeConfig?: string;
  virtualHost?: string;
  routeIndex?: number;
  route?: string;
  cluster?: string;
  upstream?: { method: string; path: string; host: string; headers: Header[] };
  responseHeaders?: Header[];
  body?: string;
  /** Clusters that got a copy. */
  mirrors?: string[];
  /** All clusters that can be reached, mirrors among them, where more than one thing can happen. */
  clusters?: string[];
  /** All statuses that can occur. */
  statuses?: string[];
}

/** The hop of an execution; where several things can happen, the likeliest one's with all clusters and statuses. */
export function hopOf({ branches }: Execution, arrival: Arrival): Hop {
  const likeliest = branches.reduce((best, branch) => (branch.share > best.share ? branch : best));
  const first = hopOfBranch(likeliest, arrival);
  if (branches.length === 1 && !first.mirrors) return first;
  const hops = branches.map((branch) => hopOfBranch(branch, arrival));
  return {
    ...first,
    clusters: sortedSet(hops.flatMap(({ cluster = '-', mirrors = [] }) => [cluster, ...mirrors])),
    statuses: sortedSet(hops.map(({ status, outcome }) => String(status ?? outcome))),
  };
}

const sortedSet = (items: readonly string[]): string[] => [...new Set(items)].sort();

function hopOfBranch(branch: Branch, arrival: Arrival): Hop {
  const listener = last<Listener>(branch, 'listener')?.name;
  const filterChain = last<FilterChain>(branch, 'filter chain')?.name;
  return {
    ...(listener && { listener }),
    ...(filterChain && { filterChain }),
    ...routing(branch),
    ...ending(branch.outcome, arrival),
  };
}

/** What was chosen last at a stage, after a connection came to its last listener. */
function last<Chosen extends object>({ steps }: Branch, stage: Stage): Chosen | undefined {
  const start = steps.findLastIndex((step) => step.stage === 'listener');
  const step = steps.findLast((step, index) => step.stage === stage && index >= start);
  return step?.chosen as Chosen | undefined;
}

function routing(branch: Branch): Partial<Hop> {
  const virtualHost = last<VirtualHost>(branch, 'virtual host');
  if (!virtualHost) return {};
  const route = last<Route>(branch, 'route');
  const routeIndex = route ? (virtualHost.routes ?? []).indexOf(route) : -1;
  return {
    routeConfig: last<RouteConfiguration>(branch, 'route configuration')?.name ?? '',
    virtualHost: virtualHost.name ?? '',
    ...(routeIndex >= 0 && { routeIndex }),
    ...(routeIndex >= 0 && route?.name && { route: route.name }),
  };
}

function ending(outcome: Outcome, arrival: Arrival): Hop {
  switch (outcome.kind) {
    case 'no listener':
      return { outcome: 'no-listener' };
    case 'waiting':
      return { outcome: 'waiting' };
    case 'not simulated':
      return { outcome: 'not-simulated' };
    case 'closed':
      return {
        outcome: closing(outcome, arrival),
        flags: flagText(outcome.flags),
        ...(outcome.details !== undefined && { details: outcome.details }),
        ...named(outcome.clusterName),
      };
    case 'forwarded':
      return {
        ...beyond(arrival, outcome.encrypted),
        flags: flagText(outcome.flags),
        ...named(outcome.upstream.clusterName),
      };
    case 'response':
      return answer(outcome);
  }
}

const named = (clusterName: string | undefined): Partial<Hop> =>
  clusterName === undefined ? {} : { cluster: clusterName };
const flagText = (flags: readonly string[]): string => flags.join(',') || '-';

// With TLS 1.3 a client learns only after its handshake that its certificate was not accepted.
function closing({ by, inside }: Closed, { tls }: Arrival): Hop['outcome'] {
  if (by === 'tunnel handshake') return 'tls-handshake-failed';
  if (!tls || by === 'handshake' || by === 'tunnel') return 'connection-closed';
  return inside && by !== 'cluster' ? 'connection-closed' : 'tls-handshake-failed';
}

/** What the client sees when its bytes are passed on to a server that answers HTTP with 200, and speaks no TLS. */
function beyond({ payload }: Arrival, encrypted: boolean): Hop {
  if (encrypted) return { outcome: 'tls-handshake-failed' };
  if (payload.kind === 'raw') return { outcome: 'tcp-connected' };
  const { method, path, authority = '', headers = [] } = payload;
  const upstream = { method, path, host: authority, headers: visible(headers, NOT_COMPARED) };
  return { outcome: 'response', status: 200, upstream, responseHeaders: [] };
}

function answer({ status, flags, details, headers, body, clusterName, upstream }: Response): Hop {
  const request = upstream?.request;
  const mirrors = (request?.mirrors ?? []).map((mirror) => mirror.clusterName).sort();
  return {
    outcome: 'response',
    status,
    flags: flagText(flags),
    details,
    ...named(clusterName),
    ...(request && {
      upstream: {
        method: request.method,
        path: request.path,
        host: request.authority,
        headers: visible(request.headers, NOT_COMPARED),
      },
    }),
    responseHeaders: visible(headers, NOT_COMPARED_IN_RESPONSES),
    ...(body !== undefined && { body }),
    ...(mirrors.length && { mirrors }),
  };
}

// What differs from one request to the next, or from one way of asking to another.
const NOT_COMPARED = new Set(
  (
    'host x-request-id x-forwarded-proto x-envoy-attempt-count x-envoy-expected-rq-timeout-ms accept user-agent ' +
    'x-envoy-internal x-envoy-decorator-operation x-envoy-original-path x-forwarded-client-cert transfer-encoding content-length'
  ).split(' '),
);
const NOT_COMPARED_IN_RESPONSES = new Set(
  'date connection content-length x-envoy-upstream-service-time transfer-encoding x-envoy-decorator-operation'.split(
    ' ',
  ),
);

function visible(headers: readonly Header[], hidden: ReadonlySet<string>): Header[] {
  const lowered = headers.map(([name, value]): Header => [name.toLowerCase(), value]);
  return lowered.filter(([name]) => !hidden.has(name)).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}

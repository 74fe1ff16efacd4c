import type { Listener, ListenerFilter, ListenerFilterPredicate } from '../config';
import type { Connection } from '../run/connection';
import type { Closed, Waiting } from '../run/outcome';
import type { Run } from '../run/run';
import { isKnownMethod } from '../http/request-line';
import { milliseconds } from '../http/retry';
import { lower } from '../match/string';

/** What becomes of a connection whose client does not speak first, where the filters want it to. */
type Stalled = Waiting | Closed | undefined;

/** Finds out what the first bytes tell of the connection; an outcome where it comes no further. */
export function inspect(run: Run, listener: Listener, connection: Connection): Stalled {
  for (const filter of listener.listenerFilters ?? []) {
    if (isDisabled(filter.filterDisabled, connection.destination.port)) continue;
    const stalled = apply(run, listener, filter, connection);
    if (stalled) return stalled;
  }
  return undefined;
}

const PREFIX = 'envoy.filters.listener.';

function apply(run: Run, listener: Listener, filter: ListenerFilter, connection: Connection): Stalled {
  switch (filter.name) {
    case `${PREFIX}original_dst`:
    case `${PREFIX}proxy_protocol`:
      return undefined;
    case `${PREFIX}tls_inspector`:
      inspectTls(run, connection);
      return stall(run, listener, filter);
    case `${PREFIX}http_inspector`:
      inspectHttp(run, connection);
      return stall(run, listener, filter);
    default:
      run.trace.step('listener filter', filter, () => `listener filter "${filter.name ?? ''}" is not simulated`);
      return undefined;
  }
}

/** envoy: TlsInspector. */
function inspectTls({ arrival: { tls } }: Run, connection: Connection): void {
  if (!tls) return;
  connection.transportProtocol = 'tls';
  connection.sni = lower(tls.sni ?? '');
  connection.applicationProtocols = tls.alpn ?? [];
}

/** envoy: HttpInspector: what is encrypted cannot be looked into. */
function inspectHttp({ arrival: { payload, tls } }: Run, connection: Connection): void {
  if (tls || payload.kind !== 'http' || !isKnownMethod(payload)) return;
  connection.applicationProtocols = [payload.version === '2' ? 'h2c' : `http/${payload.version ?? '1.1'}`];
}

function stall({ arrival, trace }: Run, listener: Listener, filter: ListenerFilter): Stalled {
  const { payload, tls } = arrival;
  if (tls || payload.kind !== 'raw' || payload.speaksFirst !== 'server') return undefined;
  if (listener.listenerFiltersTimeout !== undefined && milliseconds(listener.listenerFiltersTimeout) === 0) {
    trace.step('listener filter', filter, () => 'waits for the client to send first, without a timeout');
    return { kind: 'waiting' };
  }
  trace.step('listener filter', filter, () => 'waits for the client to send first, until the timeout');
  return listener.continueOnListenerFiltersTimeout ? undefined : { kind: 'closed', by: 'protocol', flags: [] };
}

function isDisabled(predicate: ListenerFilterPredicate | undefined, port: number): boolean {
  if (!predicate) return false;
  const { anyMatch, notMatch, orMatch, andMatch, destinationPortRange: range } = predicate;
  if (anyMatch) return true;
  if (notMatch) return !isDisabled(notMatch, port);
  if (orMatch) return (orMatch.rules ?? []).some((rule) => isDisabled(rule, port));
  if (andMatch) return (andMatch.rules ?? []).every((rule) => isDisabled(rule, port));
  return range !== undefined && port >= (range.start ?? 0) && port < (range.end ?? 0);
}

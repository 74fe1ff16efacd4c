import type { Route, RouteConfiguration, VirtualHost } from '../config';
import { happens } from '../match/fraction';
import { inWords, silently } from '../run/because';
import type { Mismatch } from '../run/because';
import type { Rejection } from '../run/trace';
import { routeMismatch } from './route-match';
import { type RouteChoice, type Stream, forwardedProtocol } from './stream';
import { findVirtualHost, hostToMatch, otherHosts } from './virtual-host';
import { withCluster } from './weighted-cluster';

/** The route of a request: chosen when first asked for, and again after a filter has had it forgotten. */
export function routeOf(stream: Stream): RouteChoice {
  stream.choice ??= choose(stream);
  return stream.choice;
}

/** Has the route chosen again, since a filter changed what it depends on. */
export function forgetRoute(stream: Stream): void {
  delete stream.choice;
}

function choose(stream: Stream): RouteChoice {
  const { manager, run, request } = stream;
  const { trace } = run;
  const named = manager.rds?.routeConfigName ?? '';
  const configuration = manager.routeConfig ?? run.lookup.routes.get(named);
  if (!configuration) {
    trace.step('route configuration', undefined, () => `route configuration "${named}" does not exist`);
    return {};
  }
  trace.step('route configuration', configuration);

  const virtualHost = findVirtualHost(configuration, request.authority);
  const others = trace.explains ? otherHosts(configuration, request.authority, virtualHost) : [];
  trace.step('virtual host', virtualHost, () => reasonFor(virtualHost, configuration, request.authority), {
    rejected: others,
  });
  if (!virtualHost) return { configuration };
  // Before the client was identified, a request cannot be routed; this only happens where it was refused by then.
  if (!forwardedProtocol(stream)) return { configuration, virtualHost };
  if (redirectsToTls(stream, virtualHost)) {
    trace.step('route', virtualHost, () => 'the virtual host sends plaintext requests to https');
    return { configuration, virtualHost, redirectsToTls: true };
  }
  const route = chooseRoute(stream, configuration, virtualHost);
  return route ? withCluster(stream, { configuration, virtualHost, route }) : { configuration, virtualHost };
}

function reasonFor(virtualHost: VirtualHost | undefined, configuration: RouteConfiguration, authority: string): string {
  const host = hostToMatch(configuration, authority);
  return virtualHost ? `its domains take the host "${host}"` : `no virtual host takes the host "${host}"`;
}

function redirectsToTls(stream: Stream, { requireTls = 'NONE' }: VirtualHost): boolean {
  if (requireTls === 'NONE' || forwardedProtocol(stream) === 'https') return false;
  return requireTls === 'ALL' || stream.request.first('x-envoy-internal') !== 'true';
}

function chooseRoute(stream: Stream, configuration: RouteConfiguration, host: VirtualHost): Route | undefined {
  const { trace } = stream.run;
  const rejected: Rejection[] = [];
  const routes = host.routes ?? [];
  for (const [index, route] of routes.entries()) {
    const reason = mismatch(stream, configuration, route);
    if (reason === undefined) {
      const later = trace.explains ? alsoMatching(stream, configuration, routes.slice(index + 1)) : [];
      trace.step('route', route, () => 'the first route that matches', { rejected: [...rejected, ...later] });
      return route;
    }
    if (trace.because === inWords) rejected.push({ candidate: route, because: reason });
  }
  const reason = (): string => (host.matcher ? 'matcher trees are not simulated' : 'no route matches');
  trace.step('route', undefined, reason, { rejected });
  return undefined;
}

function mismatch(stream: Stream, configuration: RouteConfiguration, { match = {} }: Route): Mismatch {
  const { trace, chance } = stream.run;
  const reason = routeMismatch(match, stream, configuration, trace.because);
  if (reason !== undefined || happens(chance, match.runtimeFraction)) return reason;
  return trace.because(() => 'it is for a share of the requests, and this is none of them');
}

/** Later routes that match as well. Those of an unknown request, or for a share of the requests, would draw for others. */
function alsoMatching(stream: Stream, configuration: RouteConfiguration, routes: readonly Route[]): Rejection[] {
  if (stream.run.assumptions) return [];
  return routes
    .filter(
      ({ match = {} }) => !match.runtimeFraction && routeMismatch(match, stream, configuration, silently) === undefined,
    )
    .map((candidate) => ({
      candidate,
      isLater: true,
      because: 'it matches as well, but comes later',
    }));
}

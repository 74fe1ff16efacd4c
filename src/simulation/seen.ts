/** What a proxy chose, read from its decisions. */
import type { Cluster, Extension, HttpConnectionManager, Listener, Route, TcpProxy } from '../envoy/config';
import type { Stage } from '../envoy/run/trace';
import type { Hop } from './journey';

/** What was chosen last at a stage. */
const chosenAt = <Piece extends object>({ steps }: Hop, stage: Stage): Piece | undefined =>
  steps.findLast((step) => step.stage === stage)?.chosen as Piece | undefined;

/** The HTTP connection manager that read the request, where one did: not the one that opened the tunnel around it. */
export function managerOf({ steps }: Hop): HttpConnectionManager | undefined {
  const inside = steps.slice(steps.findLastIndex(({ stage }) => stage === 'listener') + 1);
  const chosen = inside.filter(({ stage }) => stage === 'network filter').map((step) => step.chosen as Extension);
  const filter = chosen.find((each) => each?.typedConfig?.['@type']?.endsWith('.HttpConnectionManager'));
  return filter?.typedConfig;
}

/** The listener that took the connection in the end. */
export const listenerOf = (hop: Hop): Listener | undefined => chosenAt<Listener>(hop, 'listener');

/** The route, where one was found. */
export const routeOf = (hop: Hop): Route | undefined => chosenAt<Route>(hop, 'route');

/** The cluster that the request or connection was sent to. */
export const clusterOf = (hop: Hop): Cluster | undefined => chosenAt<Cluster>(hop, 'cluster');

/** The TCP proxy that passed the connection on. */
export const tcpProxyOf = (hop: Hop): TcpProxy | undefined => chosenAt<Extension>(hop, 'network filter')?.typedConfig;

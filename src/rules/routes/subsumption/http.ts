/** Matches of HTTP routes as the sets of requests that they take. */
import type { Semantics } from '../../../mesh/traffic/virtual-services';
import type { HTTPMatchRequest } from '../../../schema/kinds/networking';
import { conditionsOf } from './conditions';
import { type Listener, type Taken, regionOf, remainder } from './region';

/** Whether a match is asked at all at a gateway. istio: route.sourceMatchHTTP */
export const isAskedAt = (match: Pick<HTTPMatchRequest, 'gateways'> | undefined, gateway: string): boolean =>
  !match?.gateways?.length || match.gateways.includes(gateway);

/** What a match takes of all that arrives at some listeners; everything where there is none, undefined where nobody knows. */
export function takenBy(
  match: HTTPMatchRequest | undefined,
  listeners: readonly Listener[],
  semantics: Semantics,
): Taken | undefined {
  if (!match) return { listeners, conditions: [] };
  const conditions = conditionsOf(match, semantics);
  const asked = listeners.filter(
    ({ gateway, port }) => isAskedAt(match, gateway) && (!match.port || match.port === port),
  );
  return conditions && { listeners: asked, conditions };
}

/** The listeners that matches tell apart, where the ports of a gateway may be known. */
export function listenersFor(
  gateways: readonly string[],
  matches: readonly (Pick<HTTPMatchRequest, 'port'> | undefined)[],
  portsOf: (gateway: string) => readonly number[] | undefined = () => undefined,
): Listener[] {
  const named = [...new Set(matches.flatMap((match) => match?.port || []))];
  return gateways.flatMap((gateway) => {
    const ports = named.length > 0 ? (portsOf(gateway) ?? [...named, undefined]) : [undefined];
    return ports.map((port) => ({ gateway, port }));
  });
}

/** Whether, of the requests at one gateway (`mesh` is one), a match certainly takes all that another takes. A route without matches takes everything. */
export function hides(
  wide: HTTPMatchRequest | undefined,
  narrow: HTTPMatchRequest | undefined,
  gateway: string,
): boolean {
  const listeners = listenersFor([gateway], [wide, narrow]);
  const [ours, theirs] = [wide, narrow].map((match) => takenBy(match, listeners, 'istio'));
  const region = theirs && regionOf(theirs);
  return typeof region === 'object' && ours !== undefined && remainder(region, ours)?.length === 0;
}

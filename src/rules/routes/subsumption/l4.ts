/** Which match of TLS or TCP routes takes all that another takes. */
import { selects } from '../../../mesh/workloads/labels';
import type { L4MatchAttributes, TLSMatchAttributes } from '../../../schema/kinds/networking';
import { isAskedAt } from './http';

/** A match of connections; without SNI it is one of a TCP route. */
export type ConnectionMatch = L4MatchAttributes & Pick<TLSMatchAttributes, 'sniHosts'>;

/**
 * Whether, of the connections at one gateway, a match certainly takes all that another takes. Envoy looks for the most specific
 * address and server name, whatever their order: only the very same ones hide each other. istio: matchTCP, matchTLS
 */
export function hidesConnections(
  wide: ConnectionMatch | undefined,
  narrow: ConnectionMatch | undefined,
  gateway: string,
): boolean {
  if (!wide) return true;
  const { port, sourceLabels, sourceNamespace, destinationSubnets = [], sniHosts = [] } = narrow ?? {};
  if (!isAskedAt(wide, gateway) || (wide.port && wide.port !== port)) return false;
  if (!selects(wide.sourceLabels, sourceLabels ?? {})) return false;
  if (wide.sourceNamespace && wide.sourceNamespace !== sourceNamespace) return false;
  const ours = new Set(wide.destinationSubnets);
  if (ours.size !== new Set(destinationSubnets).size || !destinationSubnets.every((each) => ours.has(each)))
    return false;
  return !wide.sniHosts || (sniHosts.length > 0 && sniHosts.every((each) => wide.sniHosts?.includes(each)));
}

/** A connection that a match takes, as a person would name it. */
export function connectionFor({ sniHosts: [sni] = [], port }: ConnectionMatch): string {
  const what = sni === undefined ? 'a connection' : `TLS to "${sni}"`;
  return port ? `${what} on port ${port}` : what;
}

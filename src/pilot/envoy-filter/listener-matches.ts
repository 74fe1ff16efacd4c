/** Which listeners, chains and filters a patch is for. */
import type { FilterChain, Listener } from '../../envoy/config';
import type { Patch } from './patches';
import type { Wanted } from './splice';

interface Named {
  readonly name?: string;
}

const VIRTUAL = new Set<string | undefined>(['virtualInbound', 'virtualOutbound']);

/** The ports of the two that take all connections are those of their chains, unless the listener itself is patched. istio: listenerMatch */
export function isForListener({ target, match }: Patch, { name, address }: Listener): boolean {
  const { listener: wanted } = match;
  if (!wanted) return true;
  if (wanted.name && wanted.name !== name) return false;
  if (target !== 'LISTENER' && VIRTUAL.has(name)) return true;
  return !wanted.portNumber || address?.socketAddress?.portValue === wanted.portNumber;
}

/** istio: filterChainMatch */
export function isForChain(patch: Patch, listener: Listener, chain: FilterChain): boolean {
  const { listener: wanted } = patch.match;
  if (!wanted) return true;
  const { filterChainMatch: found } = chain;
  if (VIRTUAL.has(listener.name) && wanted.portNumber && found?.destinationPort !== wanted.portNumber) return false;
  const { name, sni, transportProtocol, applicationProtocols, destinationPort } = wanted.filterChain ?? {};
  return (
    (!name || name === chain.name) &&
    (!sni || (found?.serverNames ?? []).includes(sni)) &&
    (!transportProtocol || found?.transportProtocol === transportProtocol) &&
    (!applicationProtocols ||
      applicationProtocols.split(',').every((each) => found?.applicationProtocols?.includes(each))) &&
    (!destinationPort || found?.destinationPort === destinationPort)
  );
}

/** istio: listenerFilterMatch */
export const listenerFilter = ({ match }: Patch): Wanted<Named> => named(match.listener?.listenerFilter || undefined);

/** istio: networkFilterMatch */
export const networkFilter = ({ match }: Patch): Wanted<Named> => {
  const filter = match.listener?.filterChain?.filter;
  return named(filter && (filter.name ?? ''));
};

/** istio: httpFilterMatch */
export const httpFilter = ({ match }: Patch): Wanted<Named> => {
  const filter = match.listener?.filterChain?.filter?.subFilter;
  return named(filter && (filter.name ?? ''));
};

/** Where no name is asked for, every one is meant. */
const named = (name: string | undefined): Wanted<Named> => ({
  is: (item) => name === undefined || name === (item.name ?? ''),
  isNamed: name !== undefined,
});

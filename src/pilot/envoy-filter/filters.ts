/** EnvoyFilters over the filters of listeners. */
import type {
  FilterChain,
  HttpConnectionManager,
  HttpFilter,
  Listener,
  ListenerFilter,
  NetworkFilter,
} from '../../envoy/config';
import type { Push } from '../context';
import { httpFilter, isForChain, isForListener, listenerFilter, networkFilter } from './listener-matches';
import { instead, mergedAny, mergedFilter } from './merge';
import { type Context, type Patch, patchesFor } from './patches';
import { spliced } from './splice';

/** A listener after a patch of its listener filters, which keep their names. istio: patchListenerFilters */
export function withListenerFilters(push: Push, listener: Listener, patch: Patch): Listener {
  const { listenerFilters, ...rest } = listener;
  const before: readonly ListenerFilter[] = listenerFilters ?? [];
  const wanted = listenerFilter(patch);
  const isMerge = patch.operation === 'MERGE' && wanted.isNamed;
  // Not only the named one is merged: Pilot does not look at the name again.
  const after = isMerge
    ? before.map((filter) => mergedListenerFilter(push, filter, patch))
    : spliced(before, patch, wanted);
  if (after === before) return listener;
  return instead(push, listener, { ...rest, ...(after.length > 0 && { listenerFilters: [...after] }) });
}

/** istio: mergeListenerFilter */
function mergedListenerFilter(push: Push, filter: ListenerFilter, { value }: Patch): ListenerFilter {
  const { typedConfig } = value as ListenerFilter;
  if (!filter.typedConfig || !typedConfig) return filter;
  return instead(push, filter, { ...filter, typedConfig: mergedAny(push, filter.typedConfig, typedConfig) });
}

/** Where in the configuration the filters of a chain stand. */
export interface ChainPlace {
  readonly push: Push;
  readonly context: Context;
  readonly listener: Listener;
  readonly chain: FilterChain;
}

/** First all that changes the list, then what changes single filters. istio: patchNetworkFilters */
export function networkFilters(place: ChainPlace, filters: readonly NetworkFilter[]): readonly NetworkFilter[] {
  return patchesHere(place, 'NETWORK_FILTER')
    .reduce((list, patch) => spliced(list, patch, networkFilter(patch)), filters)
    .map((filter) => patchedFilter(place, filter));
}

/** istio: patchNetworkFilter */
function patchedFilter(place: ChainPlace, filter: NetworkFilter): NetworkFilter {
  const out = patchesHere(place, 'NETWORK_FILTER')
    .filter(({ operation }) => operation === 'MERGE')
    .reduce(
      (filter, patch) => (networkFilter(patch).is(filter) ? mergedFilter(place.push, filter, patch.value) : filter),
      filter,
    );
  return out.name === HTTP ? withHttpFilters(place, out) : out;
}

const HTTP = 'envoy.filters.network.http_connection_manager';

/** istio: patchHTTPFilters */
function withHttpFilters(place: ChainPlace, filter: NetworkFilter): NetworkFilter {
  const patches = patchesHere(place, 'HTTP_FILTER').filter((patch) => networkFilter(patch).is(filter));
  const manager: HttpConnectionManager | undefined = filter.typedConfig;
  if (patches.length === 0 || !manager) return filter;
  const httpFilters = patches
    .reduce<readonly HttpFilter[]>((list, patch) => spliced(list, patch, httpFilter(patch)), manager.httpFilters ?? [])
    .map((one) => mergedHttpFilter(place.push, one, patches));
  return instead(place.push, filter, {
    ...filter,
    typedConfig: instead(place.push, manager, { ...manager, httpFilters: [...httpFilters] }),
  });
}

/** istio: mergeHTTPFilter */
const mergedHttpFilter = (push: Push, filter: HttpFilter, patches: readonly Patch[]): HttpFilter =>
  patches
    .filter(({ operation }) => operation === 'MERGE')
    .reduce(
      (filter, patch) => (httpFilter(patch).is(filter) ? mergedFilter(push, filter, patch.value) : filter),
      filter,
    );

const patchesHere = ({ push, context, listener, chain }: ChainPlace, target: 'NETWORK_FILTER' | 'HTTP_FILTER') =>
  patchesFor(push, context, target).filter(
    (patch) => isForListener(patch, listener) && isForChain(patch, listener, chain),
  );

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

/** The filters of a chain, step by step: first what changes the list, then what changes single ones. istio: patchNetworkFilters */
export function* networkFilterSteps(
  place: ChainPlace,
  filters: readonly NetworkFilter[],
): Generator<readonly NetworkFilter[]> {
  let list = filters;
  for (const patch of patchesHere(place, 'NETWORK_FILTER')) yield (list = spliced(list, patch, networkFilter(patch)));
  for (const [index, filter] of list.entries())
    for (const made of filterSteps(place, filter)) {
      list = list.map((each, position) => (position === index ? made : each));
      yield list;
    }
}

/** istio: patchNetworkFilter */
function* filterSteps(place: ChainPlace, original: NetworkFilter): Generator<NetworkFilter> {
  let filter = original;
  for (const patch of patchesHere(place, 'NETWORK_FILTER')) {
    if (patch.operation !== 'MERGE' || !networkFilter(patch).is(filter)) continue;
    yield (filter = mergedFilter(place.push, filter, patch.value));
  }
  if (filter.name === HTTP) yield withHttpFilters(place, filter);
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

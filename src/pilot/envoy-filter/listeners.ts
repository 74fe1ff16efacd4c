/** EnvoyFilters over listeners. */
import type { FilterChain, Listener } from '../../envoy/config';
import type { Push } from '../context';
import { type ChainPlace, networkFilters, withListenerFilters } from './filters';
import { isForChain, isForListener } from './listener-matches';
import { TypeMismatch, instead, merged, mergedAny } from './merge';
import { type Context, type Patch, hasPatches, merges, patchesFor } from './patches';

/** The listeners of a proxy as its EnvoyFilters want them. istio: ListenerBuilder.patchListeners */
export function patchedListeners(push: Push, listeners: Listener[]): Listener[] {
  if (!hasPatches(push)) return listeners;
  if (push.proxy.kind === 'gateway') return patchedList(push, 'GATEWAY', listeners);
  const isInbound = ({ trafficDirection }: Listener) => trafficDirection === 'INBOUND';
  return [
    ...patchedList(
      push,
      'SIDECAR_OUTBOUND',
      listeners.filter((listener) => !isInbound(listener)),
    ),
    ...patchedList(push, 'SIDECAR_INBOUND', listeners.filter(isInbound)),
  ];
}

/** istio: patchListeners */
function patchedList(push: Push, context: Context, listeners: readonly Listener[]): Listener[] {
  const added = patchesFor(push, context, 'LISTENER').filter(
    ({ operation, match }) => operation === 'ADD' && (context !== 'SIDECAR_INBOUND' || match.context === context),
  );
  const out: Listener[] = [];
  for (const [index, listener] of listeners.entries()) {
    const { made, failed } = lastOf(listener, steps(push, context, listener));
    if (made) out.push(made);
    // Pilot gives up: what was made so far counts, and nothing is added.
    if (failed) return [...out, ...listeners.slice(index + 1)];
  }
  return [...out, ...added.map(({ value }) => value as Listener)].filter(({ name }) => name);
}

/** What a listener has become in the end, or before a fault. Nothing, where a patch removes it. */
function lastOf(listener: Listener, steps: Iterable<Listener | undefined>): { made?: Listener; failed: boolean } {
  let made: Listener | undefined = listener;
  try {
    for (const step of steps) made = step;
  } catch (error) {
    if (!(error instanceof TypeMismatch)) throw error;
    return { made, failed: true };
  }
  return { made, failed: false };
}

/** What a listener becomes, step by step. istio: patchListener */
function* steps(push: Push, context: Context, original: Listener): Generator<Listener | undefined> {
  let listener = original;
  for (const patch of patchesFor(push, context, 'LISTENER')) {
    if (!isForListener(patch, listener)) continue;
    if (patch.operation === 'REMOVE') {
      yield undefined;
      return;
    }
    if (merges(patch)) yield (listener = merged(push, listener, patch));
  }
  for (const patch of patchesFor(push, context, 'LISTENER_FILTER'))
    if (isForListener(patch, listener)) yield (listener = withListenerFilters(push, listener, patch));
  // Differs: where a chain fails, Pilot keeps what was made of the chains before it.
  yield patchedChains(push, context, listener);
}

/** istio: patchFilterChains */
function patchedChains(push: Push, context: Context, listener: Listener): Listener {
  const added = patchesFor(push, context, 'FILTER_CHAIN').filter(
    (patch) => patch.operation === 'ADD' && isForListener(patch, listener),
  );
  const patched = (chain: FilterChain) => (chain.filters ? patchedChain(push, context, listener, chain) : []);
  const { filterChains = [], defaultFilterChain, ...rest } = listener;
  const chains = [...filterChains.flatMap(patched), ...added.map(({ value }) => value as FilterChain)];
  const [last] = defaultFilterChain ? patched(defaultFilterChain) : [];
  return instead(push, listener, {
    ...rest,
    ...(chains.length > 0 && { filterChains: chains.filter(({ filters }) => filters) }),
    ...(last && { defaultFilterChain: last }),
  });
}

/** istio: patchFilterChain */
function patchedChain(push: Push, context: Context, listener: Listener, original: FilterChain): FilterChain[] {
  let chain = original;
  for (const patch of patchesFor(push, context, 'FILTER_CHAIN')) {
    if (!isForListener(patch, listener) || !isForChain(patch, listener, chain)) continue;
    if (patch.operation === 'REMOVE') return [];
    if (merges(patch)) chain = mergedChain(push, chain, patch);
  }
  const place: ChainPlace = { push, context, listener, chain };
  return [instead(push, chain, { ...chain, filters: [...networkFilters(place, chain.filters ?? [])] })];
}

/** Two sockets of one name are merged, and then nothing else of the patch counts. istio: mergeTransportSocketListener */
function mergedChain(push: Push, chain: FilterChain, patch: Patch): FilterChain {
  const { transportSocket: socket } = chain;
  const { transportSocket: wanted } = patch.value as FilterChain;
  if (!socket || !wanted || socket.name !== wanted.name) return merged(push, chain, patch);
  if (!socket.typedConfig || !wanted.typedConfig) return chain;
  const typedConfig = mergedAny(push, socket.typedConfig, wanted.typedConfig);
  return instead(push, chain, { ...chain, transportSocket: instead(push, socket, { ...socket, typedConfig }) });
}

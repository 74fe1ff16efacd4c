/** EnvoyFilters over listeners. */
import type { FilterChain, Listener } from '../../envoy/config';
import type { Push } from '../context';
import { CONNECT_TERMINATE } from '../listeners/hbone';
import { networkFilterSteps, withListenerFilters } from './filters';
import { isForChain, isForListener } from './listener-matches';
import { TypeMismatch, instead, merged, mergedAny } from './merge';
import { type Context, type Patch, hasPatches, merges, patchesFor } from './patches';

/** The listeners of a proxy as its EnvoyFilters want them. istio: ListenerBuilder.patchListeners */
export function patchedListeners(push: Push, listeners: Listener[]): Listener[] {
  if (!hasPatches(push)) return listeners;
  if (push.proxy.kind === 'gateway') return patchedList(push, 'GATEWAY', listeners);
  if (push.proxy.kind === 'waypoint') return patchedList(push, 'SIDECAR_INBOUND', listeners);
  const isInbound = ({ name, trafficDirection }: Listener) =>
    trafficDirection === 'INBOUND' || name === CONNECT_TERMINATE;
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
function lastOf(
  listener: Listener,
  steps: Iterable<Listener | undefined>,
): { made: Listener | undefined; failed: boolean } {
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
  yield* chainsSteps(push, context, listener);
}

/** Chains that patches remove have no filters until all are done. istio: patchFilterChains */
function* chainsSteps(push: Push, context: Context, original: Listener): Generator<Listener> {
  let listener = original;
  const change = (changed: Partial<Listener>) => (listener = instead(push, listener, { ...listener, ...changed }));
  for (const [index, chain] of (original.filterChains ?? []).entries())
    for (const made of chainSteps(push, context, original, chain))
      yield change({ filterChains: listener.filterChains?.map((each, at) => (at === index ? made : each)) ?? [] });
  if (original.defaultFilterChain)
    for (const defaultFilterChain of chainSteps(push, context, original, original.defaultFilterChain))
      yield change({ defaultFilterChain });
  const added = patchesFor(push, context, 'FILTER_CHAIN').filter(
    (patch) => patch.operation === 'ADD' && isForListener(patch, listener),
  );
  const { filterChains = [], defaultFilterChain, ...rest } = listener;
  const chains = [...filterChains, ...added.map(({ value }) => value as FilterChain)].filter(({ filters }) => filters);
  yield instead(push, listener, {
    ...rest,
    ...(chains.length > 0 && { filterChains: chains }),
    ...(defaultFilterChain?.filters && { defaultFilterChain }),
  });
}

/** istio: patchFilterChain */
function* chainSteps(push: Push, context: Context, listener: Listener, original: FilterChain): Generator<FilterChain> {
  if (!original.filters) return;
  let chain = original;
  for (const patch of patchesFor(push, context, 'FILTER_CHAIN')) {
    if (!isForListener(patch, listener) || !isForChain(patch, listener, chain)) continue;
    if (patch.operation === 'REMOVE') {
      const { filters, ...others } = chain;
      yield others;
      return;
    }
    if (merges(patch)) yield (chain = mergedChain(push, chain, patch));
  }
  for (const filters of networkFilterSteps({ push, context, listener, chain }, chain.filters ?? []))
    yield instead(push, chain, { ...chain, filters: [...filters] });
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

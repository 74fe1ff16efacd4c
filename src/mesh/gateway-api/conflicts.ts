/** Listeners that cannot stand beside one another. */
import type { Listener } from '../../schema/kinds/gateway-api';
import type { Field } from '../../source/field';
import { portOf } from './listeners';

/** Why a listener is not accepted beside an earlier one. */
export interface Conflict {
  readonly prior: Field<Listener>;
  /** What the two cannot share. istio: listenerConflictReason */
  readonly about: 'protocol' | 'hostname';
}

/**
 * The listeners of a Gateway, then those of its ListenerSets, that come after one that they cannot be told from, each with that
 * one. istio: gatewaycommon.ComputeGatewayListenerConflicts
 */
export function conflicts(listeners: readonly Field<Listener>[]): ReadonlyMap<Field<Listener>, Conflict> {
  const found = new Map<Field<Listener>, Conflict>();
  const accepted: Field<Listener>[] = [];
  for (const listener of listeners) {
    const prior = accepted.find((other) => !areDistinct(listener.value, other.value));
    if (prior) found.set(listener, { prior, about: aboutOf(listener.value, prior.value) });
    else accepted.push(listener);
  }
  return found;
}

function aboutOf(one: Listener, other: Listener): Conflict['about'] {
  const isTransport = layerOf(one) === 'transport' && layerOf(other) === 'transport';
  return isTransport || one.protocol !== other.protocol ? 'protocol' : 'hostname';
}

function areDistinct(one: Listener, other: Listener): boolean {
  if (portOf(one) !== portOf(other)) return true;
  const layers = [layerOf(one), layerOf(other)];
  if (layers.includes(undefined)) return one.protocol !== other.protocol;
  if (layers.includes('transport')) return false;
  return hostOf(one) !== hostOf(other);
}

function layerOf({ protocol }: Listener): 'transport' | 'application' | undefined {
  if (protocol === 'TCP' || protocol === 'UDP') return 'transport';
  return ['HTTP', 'HTTPS', 'TLS'].includes(protocol ?? '') ? 'application' : undefined;
}

const hostOf = ({ hostname }: Listener): string => hostname || '*';

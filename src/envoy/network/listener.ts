import type { EnvoyConfig, Listener } from '../config';
import { addressesOf, keyOf, perObject } from '../run/lookup';
import type { Run } from '../run/run';
import type { Rejection } from '../run/trace';

interface Capture {
  readonly outbound?: Listener;
  readonly inbound?: Listener;
}

const captureOf = perObject(({ listeners }: EnvoyConfig): Capture => {
  const outbound = listeners.find((each) => each.trafficDirection === 'OUTBOUND' && takesAll(each));
  const inbound = listeners.find((each) => each.trafficDirection === 'INBOUND' && takesAll(each));
  return { ...(outbound && { outbound }), ...(inbound && { inbound }) };
});

/** Whether a listener takes connections that were meant for other addresses. */
function takesAll({ bindToPort, useOriginalDst, internalListener, listenerFilters = [] }: Listener): boolean {
  if (internalListener) return false;
  const restores = listenerFilters.some(({ name }) => name === 'envoy.filters.listener.original_dst');
  return bindToPort !== false && Boolean(useOriginalDst ?? restores);
}

/** The listener that takes the connection off the wire. */
export function acceptingListener(run: Run): Listener | undefined {
  const { via, destination } = run.arrival;
  const first = via === 'direct' ? bound(run) : captureOf(run.config)[via];
  const reason = via === 'direct' ? 'it listens there' : `it takes all that is ${via}`;
  run.trace.step('listener', first, () => (first ? reason : `nothing listens on ${addressText(destination)}`));
  return first;
}

/** A listener that has a socket of its own at the connection's destination. */
function bound(run: Run): Listener | undefined {
  const found = at(run);
  return found?.bindToPort === false ? undefined : found;
}

/** The listener of exactly that address, or of any address with that port. envoy: findActiveTcpListenerByAddress. */
function at({ lookup, arrival: { destination } }: Run): Listener | undefined {
  const { address, port: portValue } = destination;
  const any = address.includes(':') ? '::' : '0.0.0.0';
  return (
    lookup.listeners.get(keyOf({ address, portValue })) ?? lookup.listeners.get(keyOf({ address: any, portValue }))
  );
}

/** The listener that a connection is handed on to, since it was meant for its address. envoy: ActiveTcpSocket::newConnection. */
export function nextListener(run: Run, first: Listener): Listener | undefined {
  if (!first.useOriginalDst || run.arrival.via === 'direct') return undefined;
  const next = at(run);
  if (!next || next === first) {
    run.trace.step('listener', first, () => `no listener is there for ${addressText(run.arrival.destination)}`);
    return undefined;
  }
  const reason = (): string => `the connection is meant for ${addressText(run.arrival.destination)}`;
  run.trace.step('listener', next, reason, { rejected: run.trace.explains ? others(run, next) : [] });
  return next;
}

/** The listeners with the same port. */
function others({ config, arrival: { destination } }: Run, chosen: Listener): Rejection[] {
  const samePort = config.listeners.filter(
    (each) => each !== chosen && addressesOf(each).some(({ portValue }) => portValue === destination.port),
  );
  return samePort.map((candidate) => {
    const address = addressesOf(candidate)[0]?.address ?? '';
    const because = /^(0\.0\.0\.0|::)$/.test(address)
      ? 'another listener names the address exactly'
      : `it is for ${address}, not ${destination.address}`;
    return { candidate, because };
  });
}

const addressText = ({ address, port }: { address: string; port: number }): string => `${address}:${port}`;

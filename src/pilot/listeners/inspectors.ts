/** Which ports need an eye on what their connections begin with. */
import type { FilterChain, ListenerFilter, ListenerFilterPredicate } from '../../envoy/config';
import { httpInspector, tlsInspector } from '../filters/listener-filters';

interface Needs {
  http: boolean;
  tls: boolean;
}

/** The inspectors of a listener, TLS first, kept away from ports where they would only do harm. istio: populateListenerFilters */
export function inspectors(chains: readonly FilterChain[]): ListenerFilter[] {
  const ports = new Map<number, Needs>();
  for (const { filterChainMatch: match = {} } of chains) {
    const port = match.destinationPort ?? 0;
    const known = ports.get(port) ?? { http: false, tls: false };
    const http = match.applicationProtocols?.some((name) => name === 'http/1.1' || name === 'h2c') ?? false;
    ports.set(port, { http: known.http || http, tls: known.tls || match.transportProtocol === 'tls' });
  }
  const needs = [...ports.values()];
  return [
    ...(needs.some(({ tls }) => tls) ? [withPorts(tlsInspector, tlsPredicate(ports))] : []),
    ...(needs.some(({ http }) => http) ? [withPorts(httpInspector, exceptPorts(portsWithout(ports, 'http')))] : []),
  ];
}

const withPorts = (filter: ListenerFilter, filterDisabled: ListenerFilterPredicate | undefined): ListenerFilter =>
  filterDisabled ? { ...filter, filterDisabled } : filter;

const portsWithout = (ports: ReadonlyMap<number, Needs>, need: keyof Needs): number[] =>
  [...ports].flatMap(([port, needs]) => (needs[need] ? [] : [port]));

/** Where ports without a chain need it, the others are taken out, else the ports that need it are let in. istio: buildTLSInspector */
function tlsPredicate(ports: ReadonlyMap<number, Needs>): ListenerFilterPredicate | undefined {
  if (ports.get(0)?.tls) return exceptPorts(portsWithout(ports, 'tls').filter((port) => port !== 0));
  const needing = exceptPorts([...ports].flatMap(([port, { tls }]) => (tls && port !== 0 ? [port] : [])));
  return needing && { notMatch: needing };
}

/** The connections to these ports; undefined where there are none. istio: listenerPredicateExcludePorts */
export function exceptPorts(ports: readonly number[]): ListenerFilterPredicate | undefined {
  const sorted = [...ports].sort((one, other) => one - other);
  const rules = sorted.map((port) => ({ destinationPortRange: { ...(port > 0 && { start: port }), end: port + 1 } }));
  const [only, ...others] = rules;
  return only && others.length === 0 ? only : only && { orMatch: { rules } };
}

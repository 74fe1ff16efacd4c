import type {
  Cluster,
  ClusterLoadAssignment,
  EnvoyConfig,
  Listener,
  RouteConfiguration,
  SocketAddress,
} from '../config';

/** The resources of a configuration by name, and its listeners by address and port. */
export interface Lookup {
  readonly clusters: ReadonlyMap<string, Cluster>;
  readonly endpoints: ReadonlyMap<string, ClusterLoadAssignment>;
  readonly routes: ReadonlyMap<string, RouteConfiguration>;
  readonly listeners: ReadonlyMap<string, Listener>;
}

/** A value that is worked out once for each object. */
export function perObject<Key extends object, Value>(make: (key: Key) => Value): (key: Key) => Value {
  const known = new WeakMap<Key, { value: Value }>();
  return (key) => {
    const before = known.get(key);
    if (before) return before.value;
    const value = make(key);
    known.set(key, { value });
    return value;
  };
}

/** The lookup of a configuration; configurations are not changed once they run. */
export const lookupOf = perObject((config: EnvoyConfig): Lookup => ({
  clusters: byName(config.clusters, ({ name }) => name),
  endpoints: byName(config.endpoints, ({ clusterName }) => clusterName),
  routes: byName(config.routes, ({ name }) => name),
  listeners: new Map(
    config.listeners.flatMap((listener) => addressesOf(listener).map((address) => [keyOf(address), listener])),
  ),
}));

function byName<Item>(items: readonly Item[], nameOf: (item: Item) => string | undefined): Map<string, Item> {
  return new Map(items.map((item) => [nameOf(item) ?? '', item]));
}

/** Where a listener takes TCP connections. */
export function addressesOf({ address, additionalAddresses }: Listener): SocketAddress[] {
  const all = [address, ...(additionalAddresses ?? []).map((more) => more.address)];
  return all.flatMap((each) =>
    each?.socketAddress && each.socketAddress.protocol !== 'UDP' ? [each.socketAddress] : [],
  );
}

/** An address and port as one text. */
export const keyOf = ({ address, portValue }: SocketAddress): string => `${address ?? ''}|${portValue ?? 0}`;

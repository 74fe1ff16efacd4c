/** Envoy resources made comparable: what Envoy does not look at is put in order. */

/** Lists whose order means nothing, and what tells their items apart. */
const UNORDERED: Record<string, (item: never) => unknown> = {
  virtualHosts: ({ name }: { name: string }) => name,
  domains: (domain: string) => domain,
  filterChains: ({ name, filterChainMatch }: Record<string, unknown>) => [name, filterChainMatch],
  endpoints: ({ locality, priority }: Record<string, unknown>) => [locality, priority],
  lbEndpoints: ({ endpoint }: Record<string, unknown>) => endpoint,
  matchSubjectAltNames: (name: unknown) => name,
  services: (service: unknown) => service,
};

/** A resource with all keys, and all lists without an order, sorted. */
function normal(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => normal(item));
    const identity = UNORDERED[key];
    return identity ? sorted(items, (item) => JSON.stringify(identity(item as never))) : items;
  }
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(sorted(entries, ([name]) => name).map(([name, item]) => [name, normal(item, name)]));
}

function sorted<Item>(items: readonly Item[], by: (item: Item) => string): Item[] {
  const compare = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0);
  return [...items].sort((one, other) => compare(by(one), by(other)));
}

/** Resources by name, normal. */
export const byName = (resources: readonly object[]): Record<string, unknown> =>
  Object.fromEntries(resources.map((each) => [nameOf(each), normal(each)]));

const nameOf = (resource: { name?: string; clusterName?: string }): string =>
  resource.name ?? resource.clusterName ?? '';

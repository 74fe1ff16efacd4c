/** Host names with wildcards: what covers what. */

/** Whether a host name stands for all that end alike. */
export const isWildcard = (host: string): boolean => host.startsWith('*');

/** Whether two host names have a name in common. istio: host.Name.Matches */
export function overlaps(one: string, other: string): boolean {
  if (!isWildcard(one)) return isWildcard(other) ? one.endsWith(other.slice(1)) : one === other;
  if (!isWildcard(other)) return other.endsWith(one.slice(1));
  const [long, short] = one.length < other.length ? [other, one] : [one, other];
  return long.slice(1).endsWith(short.slice(1));
}

/** Whether every name that `narrow` stands for is also covered by `wide`. istio: host.Name.SubsetOf */
export function covers(wide: string, narrow: string): boolean {
  if (!isWildcard(wide)) return wide === narrow;
  if (!isWildcard(narrow)) return narrow.endsWith(wide.slice(1));
  return narrow.length >= wide.length && narrow.slice(1).endsWith(wide.slice(1));
}

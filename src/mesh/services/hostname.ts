/** Istio's host names: wildcards, what covers what, which is more specific, and how short names are completed. */
import ipaddr from 'ipaddr.js';
import { covers, isWildcard } from '../../schema/hostname';

export { covers, isWildcard, overlaps } from '../../schema/hostname';

/** The names that two lists share, the narrower of every pair that overlaps. istio: host.Names.Intersection */
export function intersection(ours: readonly string[], theirs: readonly string[]): string[] {
  const shared = new Set<string>();
  for (const one of ours)
    for (const other of theirs)
      if (covers(other, one)) shared.add(one);
      else if (covers(one, other)) shared.add(other);
  return [...shared];
}

/** Sorts the more specific name first: exact before wildcard, long before short, then by the alphabet. istio: host.MoreSpecific */
export function bySpecificity(one: string, other: string): number {
  if (isWildcard(one) !== isWildcard(other)) return isWildcard(one) ? 1 : -1;
  return other.length - one.length || alphabetically(one, other);
}

/** Sorts by code unit, as Go compares strings, whatever the locale. */
export const alphabetically = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

/** The host names of a Gateway's list that concern a namespace: they may carry one, or `*`, before a slash. istio: host.NamesForNamespace */
export function namesForNamespace(hosts: readonly string[], namespace: string): string[] {
  return hosts.flatMap((host) => {
    const slash = host.indexOf('/');
    if (slash < 0) return [host];
    const scope = host.slice(0, slash);
    return scope === namespace || scope === '*' ? [host.slice(slash + 1)] : [];
  });
}

/**
 * The full name of a host that a VirtualService, DestinationRule or their like names: a name without a dot is a Service of the
 * namespace where it is written; every other name is taken as it stands. istio: model.ResolveShortnameToFQDN
 */
export function fullHost(host: string, namespace: string, domain: string): string {
  if (host === '' || host === '*' || host.includes('.') || ipaddr.IPv6.isValid(host)) return host;
  return `${host}.${namespace}.svc.${domain}`;
}

/** The host of a Kubernetes Service. istio: kube.ServiceHostname */
export const serviceHost = (name: string, namespace: string, domain: string): string =>
  `${name}.${namespace}.svc.${domain}`;

/**
 * The gateway that a VirtualService names, as `namespace/name`; `mesh` stays. Names with dots are the form that Istio once had:
 * `name.namespace.svc.cluster.local`. istio: model.resolveGatewayName
 */
export function fullGatewayName(name: string, namespace: string): string {
  if (name === 'mesh') return name;
  if (name.startsWith('./')) return namespace + name.slice(1);
  if (name.includes('/')) return name;
  const [first, second] = name.split('.');
  return second === undefined ? `${namespace}/${name}` : `${second}/${first}`;
}

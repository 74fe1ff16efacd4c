import type { RouteConfiguration, VirtualHost } from '../config';
import { lower, quoted } from '../match/string';
import { perObject } from '../run/lookup';
import type { Rejection } from '../run/trace';
import { withoutPort } from './host';

interface Domains {
  readonly exact: ReadonlyMap<string, VirtualHost>;
  /** By length, the longest first. */
  readonly suffixes: readonly [length: number, ReadonlyMap<string, VirtualHost>][];
  readonly prefixes: readonly [length: number, ReadonlyMap<string, VirtualHost>][];
  readonly rest?: VirtualHost;
}

const domainsOf = perObject(({ virtualHosts = [] }: RouteConfiguration): Domains => {
  const exact = new Map<string, VirtualHost>();
  const suffixes = new Map<number, Map<string, VirtualHost>>();
  const prefixes = new Map<number, Map<string, VirtualHost>>();
  let rest: VirtualHost | undefined;
  for (const host of virtualHosts) {
    for (const domain of (host.domains ?? []).map(lower)) {
      if (domain === '*') rest ??= host;
      else if (domain.startsWith('*')) keep(suffixes, domain.slice(1), host);
      else if (domain.endsWith('*')) keep(prefixes, domain.slice(0, -1), host);
      else if (!exact.has(domain)) exact.set(domain, host);
    }
  }
  return { exact, suffixes: longestFirst(suffixes), prefixes: longestFirst(prefixes), ...(rest && { rest }) };
});

function keep(lengths: Map<number, Map<string, VirtualHost>>, part: string, host: VirtualHost): void {
  const parts = lengths.get(part.length) ?? new Map<string, VirtualHost>();
  lengths.set(part.length, parts);
  if (!parts.has(part)) parts.set(part, host);
}

const longestFirst = <Value>(lengths: Map<number, Value>): [number, Value][] => [...lengths].sort(([a], [b]) => b - a);

/** The virtual host whose domain is the most specific for an authority. envoy: RouteMatcher::findVirtualHost. */
export function findVirtualHost(configuration: RouteConfiguration, authority: string): VirtualHost | undefined {
  const { exact, suffixes, prefixes, rest } = domainsOf(configuration);
  const host = hostToMatch(configuration, authority);
  const same = exact.get(host);
  if (same) return same;
  for (const [length, parts] of suffixes) {
    const found = length < host.length ? parts.get(host.slice(-length)) : undefined;
    if (found) return found;
  }
  for (const [length, parts] of prefixes) {
    const found = length < host.length ? parts.get(host.slice(0, length)) : undefined;
    if (found) return found;
  }
  return rest;
}

/** What domains are compared with. */
export function hostToMatch({ ignorePortInHostMatching }: RouteConfiguration, authority: string): string {
  return lower(ignorePortInHostMatching ? withoutPort(authority) : authority);
}

/** Why each of the other virtual hosts was not chosen. */
export function otherHosts(
  configuration: RouteConfiguration,
  authority: string,
  chosen: VirtualHost | undefined,
): Rejection[] {
  const host = hostToMatch(configuration, authority);
  return (configuration.virtualHosts ?? [])
    .filter((candidate) => candidate !== chosen)
    .map((candidate) => whyNot(candidate, host));
}

function whyNot(candidate: VirtualHost, host: string): Rejection {
  const { domains = [] } = candidate;
  const near = domains.find((domain) => domain === '*' || matchesWildcard(lower(domain), host));
  if (near !== undefined) return { candidate, isLater: true, because: `its domain ${quoted(near)} is less specific` };
  const first = domains.slice(0, 2).map(quoted).join(', ');
  const others = domains.length > 2 ? ` and ${domains.length - 2} more` : '';
  return { candidate, because: `the host ${quoted(host)} is none of its domains ${first}${others}` };
}

function matchesWildcard(domain: string, host: string): boolean {
  if (domain.startsWith('*')) return host.length > domain.length - 1 && host.endsWith(domain.slice(1));
  return domain.endsWith('*') && host.length > domain.length - 1 && host.startsWith(domain.slice(0, -1));
}

/** What the hosts of a Sidecar's egress listener let in: `namespace/host`, with `*`, `.`, and `~` for what is kept out. */
import { covers, isWildcard, overlaps } from '../services/hostname';

interface Hosts {
  readonly exact: Set<string>;
  readonly wildcards: string[];
  readonly excluded: string[];
}

/** The hosts of an egress listener by namespace; `*` holds those of all namespaces. istio: hostClassification */
export class EgressHosts {
  private readonly byNamespace = new Map<string, Hosts>();

  constructor(hosts: readonly string[], namespace: string) {
    for (const host of hosts) {
      const parts = host.split('/');
      if (parts.length !== 2) continue;
      const [scope = '', name = ''] = parts;
      const excluded = scope.startsWith('~');
      const written = excluded ? scope.slice(1) || '*' : scope;
      const entry = this.of(written === '.' ? namespace : written);
      if (excluded) entry.excluded.push(name);
      else if (isWildcard(name)) entry.wildcards.push(name);
      else entry.exact.add(name);
    }
  }

  /** Whether it lets in everything. */
  get isEverything(): boolean {
    const all = this.byNamespace.get('*');
    return this.byNamespace.size === 1 && all !== undefined && all.wildcards.includes('*') && all.excluded.length === 0;
  }

  /** Whether a host of a namespace is kept out. */
  excludes(host: string, namespace: string): boolean {
    return this.scopes(namespace).some(({ excluded }) => excluded.some((name) => covers(name, host)));
  }

  /** The entries under which a service of a namespace comes in: those for its own namespace count before those for all. */
  importsOf(host: string, namespace: string): ((alias: string) => boolean)[] {
    return this.scopes(namespace)
      .filter((hosts) => letsIn(hosts, host))
      .map((hosts) => (alias) => letsIn(hosts, alias));
  }

  /**
   * Whether a VirtualService of a namespace comes in by one of its hosts. A host that is wider than what is let in comes in too,
   * except where a route of the Gateway API declares it.
   */
  letsVirtualServiceIn(hosts: readonly string[], namespace: string, semantics: 'istio' | 'gateway'): boolean {
    return this.scopes(namespace).some((scope) =>
      hosts.some((host) => meets(scope, host, semantics) && !this.excludes(host, namespace)),
    );
  }

  private of(namespace: string): Hosts {
    let hosts = this.byNamespace.get(namespace);
    if (!hosts) this.byNamespace.set(namespace, (hosts = { exact: new Set(), wildcards: [], excluded: [] }));
    return hosts;
  }

  private scopes(namespace: string): Hosts[] {
    return [this.byNamespace.get(namespace), this.byNamespace.get('*')].flatMap((hosts) => hosts ?? []);
  }
}

/** istio: hostClassification.Matches */
function letsIn({ exact, wildcards }: Hosts, host: string): boolean {
  return exact.has(host) || wildcards.some((name) => covers(name, host));
}

/** istio: hostClassification.VSMatches */
function meets(hosts: Hosts, host: string, semantics: 'istio' | 'gateway'): boolean {
  if (semantics === 'gateway') return letsIn(hosts, host);
  if (hosts.exact.has(host) || hosts.wildcards.some((name) => overlaps(name, host))) return true;
  return isWildcard(host) && [...hosts.exact].some((name) => overlaps(name, host));
}

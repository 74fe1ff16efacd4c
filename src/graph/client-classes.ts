/** Clients of a service with whose calls the same happens: they receive the same configuration for it, and its policies treat them alike. */
import type { Extension, HttpConnectionManager, Listener, Principal, Rules, StringMatcher } from '../envoy/config';
import { typeOf } from '../envoy/run/typed';
import { matchesString } from '../envoy/match/string';
import { inboundConfigurationOf } from '../simulation/configuration';
import { isCarried, waypointsOfService } from '../mesh/ambient/ambient';
import { configs } from '../mesh/settings/configs';
import { covers, fullHost } from '../mesh/services/hostname';
import { addTo, groupBy } from '../mesh/grouping';
import { perMesh } from '../mesh/memo';
import type { Mesh } from '../mesh/mesh';
import { meshConfig } from '../mesh/settings/mesh-config';
import { isGateway, proxyOf, runsProxy } from '../mesh/workloads/proxy';
import type { Service } from '../mesh/services/service';
import { servicesCalled } from '../mesh/services/services';
import { sidecarFor } from '../mesh/traffic/sidecar-scope';
import { spiffe } from '../mesh/policies/spiffe';
import { type VirtualService, destinationsOf, virtualServices } from '../mesh/traffic/virtual-services';
import { type Labels, selects } from '../mesh/workloads/labels';
import { type Workload, workloads, workloadsSelected } from '../mesh/workloads/workloads';

/** Some clients; the first stands for all. */
export interface ClientClass {
  readonly clients: readonly [Workload, ...Workload[]];
  /** Names what its proxies receive for the service: classes with the same one differ only in how servers treat them. */
  readonly configuration: string;
  /** Whether the first client receives the same configuration as the others for most services, and not for this one alone. */
  readonly isShared: boolean;
}

/**
 * The clients of a service, by what happens with their calls to it. Most clients of a view are treated alike, so only those are looked
 * at one by one of which namespaces or policies may say something else: the time for a service does not grow with the mesh.
 */
export function clientClasses(mesh: Mesh, service: Service): ClientClass[] {
  const special = specialNamespaces(mesh, service);
  const { apart, groupOf } = identityGroups(mesh, service);
  const exceptions = new Set([...basesOf(mesh, special), ...apart]);
  const classes = new Map<string, { bases: BaseClass[] } & Pick<ClientClass, 'configuration' | 'isShared'>>();
  for (const base of [...exceptions].sort((one, other) => one.order - other.order)) {
    const isSpecial = special.has(base.namespace);
    const configuration = isSpecial ? `${base.view} ${base.namespace}` : base.view;
    const key = `${configuration} ${groupOf(base.identity)}`;
    const known = classes.get(key);
    if (known) known.bases.push(base);
    else classes.set(key, { configuration, isShared: !isSpecial, bases: [base] });
  }
  const others = [...views(mesh)].flatMap(([view, bases]) => othersOf(view, bases, exceptions));
  return [...classes.values(), ...others.filter(({ bases }) => bases.length > 0)]
    .sort(({ bases: [one] }, { bases: [other] }) => one!.order - other!.order)
    .map(({ bases, ...rest }) => ({ ...rest, clients: clientsOf(bases) }));
}

function othersOf(view: string, all: readonly BaseClass[], exceptions: ReadonlySet<BaseClass>) {
  const bases = exceptions.size > 0 ? all.filter((base) => !exceptions.has(base)) : all;
  return { bases, configuration: view, isShared: true };
}

const clientLists = new WeakMap<readonly BaseClass[], ClientClass['clients']>();

/** The clients of some base classes; those of a whole view are put together once. */
function clientsOf(bases: readonly BaseClass[]): ClientClass['clients'] {
  const made = clientLists.get(bases) ?? (bases.flatMap(({ clients }) => clients) as unknown as ClientClass['clients']);
  clientLists.set(bases, made);
  return made;
}

/** The workloads that are drawn, and asked, as clients: gateways are so by the routes through them. */
export const callers = perMesh((mesh): readonly Workload[] =>
  workloads(mesh).filter((workload) => !isGateway(mesh, workload)),
);

interface BaseClass {
  /** Its place among all. */
  readonly order: number;
  readonly clients: readonly [Workload, ...Workload[]];
  readonly namespace: string;
  /** The SPIFFE identity. */
  readonly identity: string;
  /** What decides about the configuration of their proxies, the namespace aside. */
  readonly view: string;
}

/** Clients that are alike to every service. */
const baseClasses = perMesh((mesh): readonly BaseClass[] => {
  const { trustDomain } = meshConfig(mesh);
  const viewOf = viewer(mesh);
  const groups = groupBy(
    callers(mesh).filter(({ pods }) => pods.length > 0),
    (client) => JSON.stringify([client.namespace, client.pods[0]!.serviceAccount, viewOf(client)]),
  );
  return [...groups.values()].map((clients, order) => {
    const [first] = clients as [Workload, ...Workload[]];
    const { namespace, pods } = first;
    return {
      order,
      clients: clients as [Workload, ...Workload[]],
      namespace,
      identity: spiffe(trustDomain, namespace, pods[0]!.serviceAccount),
      view: viewOf(first),
    };
  });
});

/** Base classes by their view. */
export const views = perMesh((mesh) => groupBy(baseClasses(mesh), ({ view }) => view));

const basesByNamespace = perMesh((mesh) => groupBy(baseClasses(mesh), ({ namespace }) => namespace));
const basesByIdentity = perMesh((mesh) => groupBy(baseClasses(mesh), ({ identity }) => identity));

const basesOf = (mesh: Mesh, namespaces: ReadonlySet<string>): BaseClass[] =>
  [...namespaces].flatMap((namespace) => basesByNamespace(mesh).get(namespace) ?? []);

function viewer(mesh: Mesh): (client: Workload) => string {
  const filters = configs(mesh, 'EnvoyFilter');
  const patched = new Set(filters.map(({ namespace }) => namespace));
  const selectors = selectorsOfConfiguration(mesh);
  const byMetadata = filters.some(({ value }) =>
    value.spec?.configPatches?.some(({ match }) => match?.proxy?.metadata !== undefined),
  );
  return (client) => {
    const { namespace, labels, pods } = client;
    const sidecar = runsProxy(client) ? sidecarFor(mesh, namespace, labels) : undefined;
    const captured = Object.entries(pods[0]?.annotations ?? {}).filter(([name]) => name.startsWith(CAPTURE));
    return JSON.stringify([
      runsProxy(client) ? 'sidecar' : isCarried(mesh, client) ? 'ztunnel' : 'none',
      sidecar && `${sidecar.namespace}/${sidecar.name}`,
      captured,
      selectors.map((selector) => (selects(selector, labels) ? 1 : 0)),
      byMetadata ? [labels, pods[0]?.annotations] : undefined,
      patched.has(namespace) ? namespace : undefined,
    ]);
  };
}

/** The selectors by which configuration for clients is chosen, each once. */
function selectorsOfConfiguration(mesh: Mesh): Labels[] {
  const all = [
    ...configs(mesh, 'EnvoyFilter').map(({ value }) => value.spec?.workloadSelector?.labels),
    ...configs(mesh, 'DestinationRule').map(({ value }) => value.spec?.workloadSelector?.matchLabels),
    ...virtualServices(mesh).flatMap((each) => matchesOf(each).map(({ sourceLabels }) => sourceLabels)),
  ];
  const written = all.flatMap((labels) => (labels && Object.keys(labels).length > 0 ? [labels] : []));
  return [...new Map(written.map((labels) => [JSON.stringify(labels), labels])).values()];
}

/** istio: the annotations that say what a sidecar captures */
const CAPTURE = 'traffic.sidecar.istio.io/';

const matchesOf = ({ http, tls, tcp }: VirtualService) =>
  [...http, ...tls, ...tcp].flatMap(({ value }) => value.match ?? []);

/** Values by hosts, some of which cover others. */
class ByHost<Value> {
  private readonly exact = new Map<string, Value[]>();
  private readonly wildcards: [host: string, value: Value][] = [];

  add(host: string, value: Value): void {
    if (host.startsWith('*')) this.wildcards.push([host, value]);
    else addTo(this.exact, host, value);
  }

  /** The values of all hosts that cover one. */
  at(hostname: string): Value[] {
    const covering = this.wildcards.flatMap(([host, value]) => (covers(host, hostname) ? [value] : []));
    return [...(this.exact.get(hostname) ?? []), ...covering];
  }
}

/** Namespaces for which configuration of a host holds in another way than for all others. */
interface Scoped {
  readonly namespaces: readonly string[];
  /** The namespace whose services are an exception: what is beside a service holds for clients everywhere. */
  readonly beside?: string;
}

const scopedByHost = perMesh((mesh) => {
  const found = new ByHost<Scoped>();
  const { defaultDestinationRuleExportTo: byDefault } = meshConfig(mesh);
  for (const { namespace, value } of configs(mesh, 'DestinationRule')) {
    const { host = '', exportTo: written = [] } = value.spec ?? {};
    const exportTo = written.length > 0 ? written : (byDefault ?? []);
    const namespaces = [namespace, ...exportTo];
    const beside = exportTo.every((to) => to === '*') ? { beside: namespace } : {};
    found.add(fullHost(host, namespace, mesh.domain), { namespaces, ...beside });
  }
  for (const each of virtualServices(mesh)) {
    const sources = matchesOf(each).flatMap(({ sourceNamespace }) => sourceNamespace ?? []);
    const named = each.exportTo === 'everywhere' ? sources : [each.namespace, ...each.exportTo, ...sources];
    if (named.length > 0) for (const { name } of each.hosts) found.add(name, { namespaces: named });
  }
  return found;
});

const virtualServicesByHost = perMesh((mesh) => {
  const found = new ByHost<VirtualService>();
  for (const each of virtualServices(mesh)) for (const { name } of each.hosts) found.add(name, each);
  return found;
});

/** The namespaces whose clients may see a service in another way than those of all others. */
function specialNamespaces(mesh: Mesh, service: Service): ReadonlySet<string> {
  const { hostname, namespace } = service;
  const called = servicesCalled(mesh, hostname);
  const isEverywhere = called.length === 1 && [...service.exportTo].every((to) => to === '*');
  const own = isEverywhere ? [] : called.flatMap((each) => [each.namespace, ...each.exportTo]);
  const scoped = scopedByHost(mesh)
    .at(hostname)
    .filter(({ beside }) => beside !== namespace);
  return new Set([...own, ...scoped.flatMap(({ namespaces }) => namespaces)]);
}

/** How the servers of a service tell identities apart. */
interface IdentityGroups {
  /** The clients of which a server asks in particular. */
  readonly apart: readonly BaseClass[];
  /** Names what is the same for all identities with the same name; empty for those that no server asks for. */
  readonly groupOf: (identity: string) => string;
}

/** Tells identities apart as far as the servers of a service do. */
function identityGroups(mesh: Mesh, service: Service): IdentityGroups {
  const servers = serversOf(mesh, service);
  // What ztunnels and waypoints do is not written in the configuration of the servers' proxies.
  if (servers.some((server) => isCarried(mesh, server)) || waypointsOfService(mesh, service).length > 0)
    return { apart: baseClasses(mesh), groupOf: (identity) => identity };
  const matchers = new Map(
    servers
      .flatMap((server) => (runsProxy(server) && server.pods[0] ? [proxyOf(mesh, server.pods[0])] : []))
      .flatMap((proxy) => matchersOf(mesh, proxy))
      .map((matcher) => [JSON.stringify(matcher), matcher]),
  );
  const found = [...matchers].map(([key, matcher]) => basesMatching(mesh, key, matcher));
  return {
    apart: found.flatMap((bases) => [...bases.values()].flat()),
    groupOf: (identity) => found.flatMap((bases, index) => (bases.has(identity) ? [index] : [])).join(' '),
  };
}

const matchingBases = perMesh(() => new Map<string, ReadonlyMap<string, readonly BaseClass[]>>());

/** The base classes whose identity a matcher takes, by identity; worked out once for the matchers of all servers. */
function basesMatching(mesh: Mesh, key: string, matcher: StringMatcher): ReadonlyMap<string, readonly BaseClass[]> {
  const before = matchingBases(mesh).get(key);
  if (before) return before;
  const all = basesByIdentity(mesh);
  const exact = matcher.safeRegex || matcher.ignoreCase ? undefined : matcher.exact;
  const found = new Map(
    exact === undefined
      ? [...all].filter(([identity]) => matchesString(matcher, identity))
      : [[exact, all.get(exact) ?? []] as const].filter(([, bases]) => bases.length > 0),
  );
  matchingBases(mesh).set(key, found);
  return found;
}

/** The workloads behind a service, and behind those that its routes lead to. */
function serversOf(mesh: Mesh, service: Service): readonly Workload[] {
  const hosts = new Set([service.hostname]);
  for (const each of virtualServicesByHost(mesh).at(service.hostname))
    for (const [host] of destinationsOf(each, each.namespace)) hosts.add(host);
  const services = [...hosts].flatMap((host) => servicesCalled(mesh, host));
  return [
    ...new Set(
      services.flatMap(({ selector, namespace }) =>
        selector && Object.keys(selector).length > 0 ? workloadsSelected(mesh, selector, namespace) : [],
      ),
    ),
  ];
}

const known = perMesh(() => new Map<object, readonly StringMatcher[]>());

/** The matchers of identities in the RBAC filters of a proxy. */
function matchersOf(mesh: Mesh, proxy: Parameters<typeof inboundConfigurationOf>[1]): readonly StringMatcher[] {
  const before = known(mesh).get(proxy);
  if (before) return before;
  const found: StringMatcher[] = [];
  for (const filter of inboundConfigurationOf(mesh, proxy).config.listeners.flatMap(filtersOf))
    if (isRbac(filter)) collect(filter.typedConfig, found);
  known(mesh).set(proxy, found);
  return found;
}

function filtersOf({ filterChains = [], defaultFilterChain }: Listener): Extension[] {
  const chains = [...filterChains, ...(defaultFilterChain ? [defaultFilterChain] : [])];
  const filters = chains.flatMap((chain) => chain.filters ?? []);
  return [
    ...filters,
    ...filters.flatMap(({ typedConfig = {} }) => (typedConfig as HttpConnectionManager).httpFilters ?? []),
  ];
}

const isRbac = ({ typedConfig }: Extension): boolean => typeOf(typedConfig).endsWith('.rbac.v3.RBAC');

/** Goes through configuration to the principals of its policies. */
function collect(piece: unknown, found: StringMatcher[]): void {
  if (piece === null || typeof piece !== 'object') return;
  const { authenticated, filterState } = piece as Principal;
  if (authenticated?.principalName) found.push(authenticated.principalName);
  if (filterState?.stringMatch) found.push(filterState.stringMatch);
  for (const inner of Object.values(piece as Rules)) collect(inner, found);
}

/** What a ztunnel looks up in what it receives. */
import { holds } from './addresses';
import type { Authorization, GatewayAddress, PortList, Service, Workload, ZtunnelConfig } from './config';

/** A workload that serves a service, and its own ports for those of the service. */
export interface Endpoint {
  readonly workload: Workload;
  readonly ports: PortList;
}

/** The indexes over what a ztunnel receives. */
export class Lookup {
  private readonly uids = new Map<string, Workload>();
  private readonly workloadAddresses = new Map<string, Workload>();
  private readonly serviceAddresses = new Map<string, Service[]>();
  private readonly serviceRanges: { service: Service; range: { address: string; length: number } }[] = [];
  private readonly hosts = new Map<string, Service>();
  private readonly endpoints = new Map<string, Endpoint[]>();
  private readonly policies = new Map<string, Authorization>();

  constructor(private readonly config: ZtunnelConfig) {
    for (const workload of config.workloads) this.addWorkload(workload);
    for (const service of config.services) this.addService(service);
    for (const policy of config.policies) this.policies.set(`${policy.namespace}/${policy.name}`, policy);
  }

  private addWorkload(workload: Workload): void {
    this.uids.set(workload.uid, workload);
    // Several workloads share the address of a node. ztunnel: WorkloadStore::insert
    if (workload.networkMode !== 'HOST_NETWORK')
      for (const address of workload.addresses ?? []) this.workloadAddresses.set(address, workload);
    for (const [key, ports] of Object.entries(workload.services ?? {})) {
      const known = this.endpoints.get(key);
      if (known) known.push({ workload, ports });
      else this.endpoints.set(key, [{ workload, ports }]);
    }
  }

  private addService(service: Service): void {
    this.hosts.set(`${service.namespace}/${service.hostname}`, service);
    for (const { address, length } of service.addresses ?? []) {
      if (length !== undefined) this.serviceRanges.push({ service, range: { address, length } });
      else this.serviceAddresses.set(address, [...(this.serviceAddresses.get(address) ?? []), service]);
    }
  }

  workloadOf(uid: string): Workload | undefined {
    return this.uids.get(uid);
  }

  workloadAt(address: string): Workload | undefined {
    return this.workloadAddresses.get(address);
  }

  /** The service of an address: that of the client's namespace, else the canonical one. ztunnel: ServiceStore::get_best_by_vip */
  serviceAt(address: string, namespace: string): Service | undefined {
    const isVisible = (service: Service): boolean =>
      service.visibility !== 'NAMESPACE' || service.namespace === namespace;
    const exact = (this.serviceAddresses.get(address) ?? []).filter(isVisible);
    const best =
      exact.find((service) => service.namespace === namespace) ?? exact.find(({ canonical }) => canonical) ?? exact[0];
    if (best) return best;
    const rank = ({ service, range }: (typeof this.serviceRanges)[number]): number =>
      (service.namespace === namespace ? 1000 : 0) + range.length * 2 + (service.canonical ? 1 : 0);
    const ranges = this.serviceRanges.filter(({ service, range }) => isVisible(service) && holds(range, address));
    return ranges.sort((one, other) => rank(other) - rank(one))[0]?.service;
  }

  /** Where a waypoint or gateway is: a service, or a workload with that address or name. */
  destinationOf({ hostname, address }: GatewayAddress): Service | Workload | undefined {
    if (address) return this.workloadAt(address.address) ?? this.serviceAt(address.address, '');
    if (!hostname) return undefined;
    const service = this.hosts.get(`${hostname.namespace}/${hostname.hostname}`);
    return service ?? this.config.workloads.find((each) => each.hostname === hostname.hostname);
  }

  endpointsOf({ namespace, hostname }: Service): readonly Endpoint[] {
    return this.endpoints.get(`${namespace}/${hostname}`) ?? [];
  }

  /** The policies for a workload: those of its namespace, those of the mesh, and those that select it. */
  policiesFor({ namespace = '', authorizationPolicies = [] }: Workload): readonly Authorization[] {
    const wide = this.config.policies.filter(
      ({ scope, namespace: own }) => scope === undefined || (scope === 'NAMESPACE' && own === namespace),
    );
    return [...wide, ...authorizationPolicies.flatMap((key) => this.policies.get(key) ?? [])];
  }
}

const known = new WeakMap<ZtunnelConfig, Lookup>();

/** The indexes over what a ztunnel receives, made once. */
export function lookupOf(config: ZtunnelConfig): Lookup {
  const before = known.get(config);
  if (before) return before;
  const made = new Lookup(config);
  known.set(config, made);
  return made;
}

/** Services and their endpoints, whatever platform declares them. */
import type { Field } from '../../source/field';
import type { Labels } from '../workloads/labels';
import type { Protocol } from './protocol';

/** How a proxy gets from the service to an address. istio: model.Resolution */
export type Resolution = 'static' | 'dns' | 'dns-round-robin' | 'passthrough' | 'alias' | 'dynamic-dns';

/** Which endpoints are preferred, where the service says so. */
export type TrafficDistribution = 'any' | 'same-zone' | 'same-node';

/** A service as clients see it. istio: model.Service */
export interface Service {
  /**
   * Whether the cluster itself declares it, as a Kubernetes Service: it has short names, and comes before a service of the same host
   * from elsewhere, such as a ServiceEntry.
   */
  readonly isInCluster: boolean;
  readonly hostname: string;
  /** The name of a Kubernetes Service, the host of a ServiceEntry. */
  readonly name: string;
  readonly namespace: string;
  /** The name of the object that declares it. */
  readonly objectName: string;
  readonly ports: readonly ServicePort[];
  readonly resolution: Resolution;
  /** The addresses that clients connect to; `0.0.0.0` alone where it has none. */
  readonly addresses: readonly string[];
  /** Addresses that the control plane has given to a ServiceEntry that has none of its own. */
  readonly autoAllocatedAddresses: readonly string[];
  /** Where it can be reached from outside the cluster. */
  readonly externalAddresses: readonly string[];
  readonly meshExternal: boolean;
  /** As declared; empty where the mesh's default holds. */
  readonly exportTo: ReadonlySet<string>;
  /** What the mesh's serviceEntryVisibility lets it be seen by at most. */
  readonly visibility: 'public' | 'namespace' | 'none';
  readonly labels: Labels;
  readonly selector: Labels | undefined;
  /** Identities that its servers may have, beside those of its endpoints. */
  readonly serviceAccounts: readonly string[];
  /** When it was created, in milliseconds. */
  readonly created: number;
  /** What an alias stands for. */
  readonly externalName: string | undefined;
  /** The aliases that stand for it. */
  readonly aliases: readonly NamespacedHost[];
  readonly kubernetesType: string | undefined;
  readonly nodeLocal: boolean;
  readonly trafficDistribution: TrafficDistribution;
  readonly publishNotReadyAddresses: boolean;
  /** Of several addresses of a name, whether the first that answers is taken. */
  readonly racesConnections: boolean;
  /** What declares it, at its name. */
  readonly field: Field;
}

/** One port of a service. */
export interface ServicePort {
  readonly name: string;
  readonly number: number;
  readonly protocol: Protocol;
  /** The port of the endpoints, or the name of one of their ports, where one is given. */
  readonly targetPort: number | string | undefined;
  readonly field: Field;
}

/** A host, and the namespace whose service it is. */
export interface NamespacedHost {
  readonly hostname: string;
  readonly namespace: string;
}

/** Whether an endpoint takes requests; one that is draining only those of the sessions that it has. */
export type Health = 'healthy' | 'unhealthy' | 'draining' | 'terminating';

/** An address and port that a service leads to. istio: model.IstioEndpoint */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
  /** The name of the service's port that it serves. */
  readonly portName: string;
  /** The number of the service's port that it serves, where ports are told apart by number, as in a ServiceEntry. */
  readonly portNumber: number | undefined;
  /** Those of the workload, with its place, cluster and network. */
  readonly labels: Labels;
  /** The SPIFFE identity, where it has one. */
  readonly serviceAccount: string;
  readonly network: string;
  /** `region/zone/subzone`, empty where it is not known. */
  readonly locality: string;
  readonly tlsMode: string;
  readonly workloadName: string;
  readonly namespace: string;
  /** 0 where none is given. */
  readonly weight: number;
  readonly health: Health;
  readonly nodeName: string;
  /** The name of a pod that is found by name, with the domain below which it is. */
  readonly hostname: string;
  readonly subdomain: string;
  /** What it was made from: a pod, an entry of an EndpointSlice, a WorkloadEntry, an endpoint of a ServiceEntry. */
  readonly field: Field;
}

/** A port of a service that a workload serves, and the port on which it does. istio: model.ServiceTarget */
export interface ServiceTarget {
  readonly service: Service;
  readonly port: ServicePort;
  readonly targetPort: number;
}

/** The address of a service that has none. */
export const UNSPECIFIED_ADDRESS = '0.0.0.0';

/** What tells services apart: there may be one of each host in each namespace. */
export const serviceKey = ({ namespace, hostname }: NamespacedHost): string => `${namespace}/${hostname}`;

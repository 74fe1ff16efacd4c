/** What the control plane sends to ztunnel: workloadapi and security messages of Istio as JSON. Absent fields have their zero value. */

/** The workloads, services and policies of a mesh, in no particular order. istio: pkg/workloadapi */
export interface ZtunnelConfig {
  readonly workloads: readonly Workload[];
  readonly services: readonly Service[];
  readonly policies: readonly Authorization[];
}

/** An address, or a host name, that takes connections. */
export interface Workload {
  readonly uid: string;
  readonly name?: string;
  readonly namespace?: string;
  readonly addresses?: readonly string[];
  /** A name that ztunnel resolves when it connects; only where there are no addresses. */
  readonly hostname?: string;
  readonly network?: string;
  readonly tunnelProtocol?: 'HBONE' | 'LEGACY_ISTIO_MTLS';
  /** Absent where it is `cluster.local`. */
  readonly trustDomain?: string;
  readonly serviceAccount?: string;
  readonly waypoint?: GatewayAddress;
  readonly networkGateway?: GatewayAddress;
  readonly node?: string;
  readonly canonicalName?: string;
  readonly canonicalRevision?: string;
  readonly workloadType?: 'CRONJOB' | 'POD' | 'JOB';
  readonly workloadName?: string;
  /** Whether its own proxy takes HBONE, so that ztunnel need not unwrap it. */
  readonly nativeTunnel?: boolean;
  readonly applicationTunnel?: { readonly protocol?: 'PROXY'; readonly port?: number };
  /** The services that it serves, by `NAMESPACE/HOST`. */
  readonly services?: Readonly<Record<string, PortList>>;
  /** `NAMESPACE/NAME` of the policies that select it. */
  readonly authorizationPolicies?: readonly string[];
  readonly status?: 'UNHEALTHY';
  readonly clusterId?: string;
  readonly locality?: Locality;
  readonly networkMode?: 'HOST_NETWORK';
  /** Its weight among the endpoints of a service; 1 where absent. */
  readonly capacity?: number;
}

/** Where a workload runs. */
export interface Locality {
  readonly region?: string;
  readonly zone?: string;
  readonly subzone?: string;
}

/** The ports of a service at one workload. */
export interface PortList {
  readonly ports?: readonly Port[];
}

/** A port of a service; `targetPort` is absent where it is named, and each workload has its own. */
export interface Port {
  readonly servicePort: number;
  readonly targetPort?: number;
  readonly appProtocol?: 'HTTP11' | 'HTTP2' | 'GRPC' | 'TCP' | 'TLS';
}

/** A service as its clients dial it. */
export interface Service {
  /** The name of the Service or ServiceEntry. */
  readonly name: string;
  readonly namespace: string;
  readonly hostname: string;
  readonly addresses?: readonly NetworkAddress[];
  readonly ports?: readonly Port[];
  readonly subjectAltNames?: readonly string[];
  readonly waypoint?: GatewayAddress;
  /** Where there are several, the client's ztunnel draws one of them for each connection. */
  readonly weightedWaypoints?: readonly { readonly destination: GatewayAddress; readonly weight?: number }[];
  readonly loadBalancing?: LoadBalancing;
  readonly ipFamilies?: 'IPV4_ONLY' | 'IPV6_ONLY' | 'DUAL';
  /** Whether it is the one that its host means to clients of other namespaces. */
  readonly canonical?: boolean;
  readonly ingressUseWaypoint?: boolean;
  readonly visibility?: 'NAMESPACE';
}

/** An address, or with a length a range of addresses. */
export interface NetworkAddress {
  readonly network?: string;
  readonly address: string;
  readonly length?: number;
}

/** Where a waypoint or a gateway of a network takes tunnels. */
export interface GatewayAddress {
  readonly hostname?: { readonly namespace: string; readonly hostname: string };
  readonly address?: NetworkAddress;
  readonly hboneMtlsPort: number;
}

/** Which endpoints a client may choose, and which it prefers. */
export interface LoadBalancing {
  readonly routingPreference?: readonly Scope[];
  readonly mode?: 'STRICT' | 'FAILOVER' | 'PASSTHROUGH';
  readonly healthPolicy?: 'ALLOW_ALL';
}

export type Scope = 'REGION' | 'ZONE' | 'SUBZONE' | 'NODE' | 'CLUSTER' | 'NETWORK';

/** A policy on connections; it allows where it does not deny, and is for the whole mesh where it has no scope. */
export interface Authorization {
  readonly name: string;
  readonly namespace: string;
  readonly scope?: 'NAMESPACE' | 'WORKLOAD_SELECTOR';
  readonly action?: 'DENY';
  /** One of them must match. */
  readonly groups?: readonly Group[];
}

/** All rules must match; without rules it matches everything. */
export interface Group {
  readonly rules?: readonly Rule[];
}

/** One of the matches must match. */
export interface Rule {
  readonly matches?: readonly Match[];
}

/** Of each field that has values one value must fit, and none of those that begin with `not`. */
export interface Match {
  readonly namespaces?: readonly StringMatch[];
  readonly notNamespaces?: readonly StringMatch[];
  readonly serviceAccounts?: readonly ServiceAccountMatch[];
  readonly notServiceAccounts?: readonly ServiceAccountMatch[];
  readonly principals?: readonly StringMatch[];
  readonly notPrincipals?: readonly StringMatch[];
  readonly sourceIps?: readonly AddressRange[];
  readonly notSourceIps?: readonly AddressRange[];
  readonly destinationIps?: readonly AddressRange[];
  readonly notDestinationIps?: readonly AddressRange[];
  readonly destinationPorts?: readonly number[];
  readonly notDestinationPorts?: readonly number[];
}

/** A range of addresses; `length` is absent where it is 0. */
export interface AddressRange {
  readonly address: string;
  readonly length?: number;
}

/** A service account of a namespace. */
export interface ServiceAccountMatch {
  readonly namespace: string;
  readonly serviceAccount: string;
}

/** One of the fields is set; `presence` means any text that is not empty. */
export interface StringMatch {
  readonly exact?: string;
  readonly prefix?: string;
  readonly suffix?: string;
  readonly presence?: Record<string, never>;
}

/** What the graph of a mesh is made of. */
import type { Place } from '../source/file';
import type { Certainty } from '../simulation/certainty';
import type { Unknown } from '../envoy/run/assumptions';

/** How a call travels. `refused`: the server requires mutual TLS and gets something else; `broken`: the TLS of the two sides does not fit. */
export type Transport = 'mutual-tls' | 'tls' | 'plaintext' | 'refused' | 'broken';

/** A point of the graph; `clients` stands for several workloads at once. */
export interface Node {
  /** `KIND NAMESPACE/NAME`. */
  readonly id: string;
  readonly kind: 'clients' | 'gateway' | 'workload' | 'service' | 'external';
  readonly name: string;
  /** Empty for clients of the whole mesh. */
  readonly namespace: string;
  /** Of a workload: whether a proxy runs in its pods. */
  readonly proxy?: boolean;
  /** Of a workload: whether ztunnel carries its connections. */
  readonly ambient?: true;
  /** What declares it. */
  readonly place?: Place;
}

/** Who may call a service, over which transport, and which policies decide. */
export interface Call {
  readonly kind: 'call';
  readonly from: string;
  readonly to: string;
  readonly transports: readonly Transport[];
  /** `maybe` where it depends on the request, or on which of the workloads behind the service answers. */
  readonly allowed: Certainty;
  /** `NAMESPACE/NAME` of AuthorizationPolicies. */
  readonly policies: readonly string[];
  /** What of a request decides, where it does. */
  readonly dependsOn: readonly Unknown[];
  /** The points for which it is otherwise, though they are among `from`. */
  readonly except?: readonly string[];
}

/** Where requests for a gateway or a service are led. */
export interface RouteEdge {
  readonly kind: 'route';
  readonly from: string;
  readonly to: string;
  /** The conditions, one of which a request meets; none where every request does. */
  readonly conditions: readonly string[];
  /** The share in percent, where a route has several destinations. */
  readonly share?: number;
  readonly subset?: string;
  /** The route; absent where a service simply selects its workloads. */
  readonly place?: Place;
}

/** Who can call whom in a mesh. */
export interface Graph {
  readonly nodes: readonly Node[];
  readonly edges: readonly (Call | RouteEdge)[];
}

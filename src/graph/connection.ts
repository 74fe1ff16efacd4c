/** What the graph of a mesh is made of. */
import type { Place } from '../source/file';
import type { Certainty } from '../simulation/certainty';
import type { Unknown } from '../envoy/run/assumptions';
import type { ClientTransport } from '../simulation/client-transport';
import type { HandshakeFailure, TransportMismatch } from '../simulation/reason';

/** How a call travels. `refused`: the server requires mutual TLS and gets something else; `broken`: the TLS of the two sides does not fit. */
export type Transport = 'mutual-tls' | 'tls' | 'plaintext' | 'refused' | 'broken';

/** Why a connection is made, or fails, as it does. */
export type ConnectionReason =
  /** As the proxy of the client decides, and as a DestinationRule or PeerAuthentication has it decide. */
  | ClientTransport['by']
  /** The client has no proxy: it connects as the application does. */
  | 'client without proxy'
  /** The ztunnel of the client. */
  | 'ztunnel'
  | TransportMismatch['kind']
  | HandshakeFailure['kind']
  | 'no waypoint endpoints'
  | 'missing waypoint'
  /** Nothing of the above: the client's proxy and the server's do not understand each other. */
  | 'connection closed';

/** How clients reach one port of a service. */
export interface Connection {
  readonly port: number;
  readonly transport: Transport;
  readonly reason: ConnectionReason;
  /** The SPIFFE identity that the server sees, where all clients have the same one; absent without mutual TLS. */
  readonly identity?: string;
  readonly allowed: Certainty;
  /** `NAMESPACE/NAME` of AuthorizationPolicies. */
  readonly policies: readonly string[];
  /** The fields of rules and policies that decide on the transport: those of the client first. */
  readonly places: readonly Place[];
}

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
  /** Of a workload in the mesh: its SPIFFE identity. */
  readonly identity?: string;
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
  /** By port, and by transport where the ways to one port differ. */
  readonly connections: readonly Connection[];
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

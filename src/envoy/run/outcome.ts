import type { Cluster, LbEndpoint, Locality, Policy } from '../config';
import type { Header } from './header-map';

/** What becomes of a connection, or of the request sent over it. */
export type Outcome = NoListener | Waiting | Closed | Forwarded | Response | NotSimulated;

/** Nothing listens there. */
export interface NoListener {
  readonly kind: 'no listener';
}

/** The proxy waits for bytes that the client will not send first. */
export interface Waiting {
  readonly kind: 'waiting';
}

/** What comes of it depends on a filter that is not simulated; the steps name it. */
export interface NotSimulated {
  readonly kind: 'not simulated';
}

/** The proxy closed the connection: because nothing in it takes it, its TLS handshake failed, or a policy forbids it. */
export interface Closed {
  readonly kind: 'closed';
  readonly by: 'filter chain' | 'handshake' | 'tunnel handshake' | 'tunnel' | 'protocol' | 'policy' | 'cluster';
  readonly flags: readonly Flag[];
  /** Envoy's name for the reason, where it has one. */
  readonly details?: string;
  readonly clusterName?: string;
  readonly denial?: Denial;
  /** The secret that is wrong, by the name under which the proxy fetches it. */
  readonly secret?: string;
  /** Whether the proxy had come to speak TLS with the client by then. */
  readonly inside?: boolean;
}

/** The bytes of the connection are passed on, and back. */
export interface Forwarded {
  readonly kind: 'forwarded';
  readonly flags: readonly Flag[];
  readonly upstream: Upstream;
  /** Whether the bytes are still the client's TLS, which somebody behind this proxy has to speak. */
  readonly encrypted: boolean;
}

/** An HTTP response, made by the proxy unless `upstream` says whose it is. */
export interface Response {
  readonly kind: 'response';
  readonly status: number;
  readonly flags: readonly Flag[];
  readonly details: string;
  readonly headers: readonly Header[];
  readonly body?: string;
  readonly denial?: Denial;
  readonly clusterName?: string;
  readonly upstream?: Upstream & { readonly request: UpstreamRequest };
  /** How long the fault filter held the request back. */
  readonly delay?: string;
  /** The request with what filters have made of it, pseudo headers among its headers, and the protocol it came in. */
  readonly logged: { readonly headers: readonly Header[]; readonly protocol: string; readonly remoteAddress: string };
}

/** Why RBAC refuses something: by the policy that denies it, or since none of those that were asked allows it. */
export interface Denial {
  readonly by?: Policy;
  readonly asked: readonly Policy[];
}

/** Envoy's response flags, as access logs write them. */
export type Flag = 'DPE' | 'NR' | 'NC' | 'UH' | 'FI' | 'DI' | 'UAEX' | 'UF' | 'UC' | 'URX' | 'RL';

/** Where something was passed on to. */
export interface Upstream {
  readonly clusterName: string;
  readonly cluster: Cluster;
  readonly endpoints: readonly EndpointShare[];
  /** What the load balancer makes its choice among `endpoints` of, where that is not chance. */
  readonly hashedBy?: string;
}

/** An endpoint with its share of the requests, from 0 to 1. */
export interface EndpointShare {
  readonly address: string;
  readonly port?: number;
  readonly share: number;
  readonly priority: number;
  readonly locality?: Locality;
  /** The object of the configuration; absent where the address is the connection's own. */
  readonly endpoint?: LbEndpoint;
  readonly tls?: UpstreamTls;
  /** Present where the connection goes through an HBONE tunnel. */
  readonly tunnel?: EndpointTunnel;
}

/** The tunnel to an endpoint. */
export interface EndpointTunnel {
  /** The listener of the same proxy that opens it. */
  readonly listener: string;
  /** The waypoint at which it ends, where that is not the endpoint itself. */
  readonly waypoint?: { readonly address: string; readonly port: number };
}

/** How the proxy speaks TLS to an endpoint. */
export interface UpstreamTls {
  /** Which of the cluster's transport sockets was chosen by the endpoint's metadata. */
  readonly match?: string;
  readonly sni?: string;
  readonly alpn?: readonly string[];
  /** The names of which the endpoint's certificate must carry one; empty where any will do. */
  readonly subjectAltNames: readonly string[];
  readonly certificate?: string;
  /** The names of the secrets that the connection needs. */
  readonly secrets: readonly string[];
}

/** A request as it leaves the proxy, and what would be done if it failed. */
export interface UpstreamRequest {
  readonly method: string;
  readonly path: string;
  readonly authority: string;
  readonly scheme: string;
  readonly headers: readonly Header[];
  readonly mirrors: readonly Mirror[];
  readonly timeout?: string;
  readonly retry?: Retry;
}

/** A copy of the request whose answer nobody waits for. */
export interface Mirror {
  readonly clusterName: string;
  readonly authority: string;
  readonly share: number;
}

export interface Retry {
  readonly on: readonly string[];
  readonly attempts: number;
  readonly perTryTimeout?: string;
  readonly statusCodes: readonly number[];
}

import type { Arrival } from '../envoy/run/arrival';
import type { Assumption } from '../envoy/run/assumptions';
import type { Flag, Outcome, Response } from '../envoy/run/outcome';
import type { Step } from '../envoy/run/trace';
import type { CheckTrace, ReportTrace } from '../legacy/mixer/trace';
import type { Proxy } from '../mesh/workloads/proxy';
import type { Service } from '../mesh/services/service';
import type { Labels } from '../mesh/workloads/labels';
import type { Translation } from '../pilot/translate';
import type { WaypointBinding } from '../mesh/ambient/ambient';
import type { Identity } from '../ztunnel/inbound';
import type { Peer } from './peers';
import type { Blocked, Named, NoConnection, Note, Unfollowed, TransportMismatch } from './reason';
import type { Request, Target } from './request';
import type { Transport } from './transport';

/** All that can become of a request. */
export interface Journey {
  readonly request: Request;
  readonly target: Target;
  /** Every way that it can take, the likeliest first; their shares make up 1. */
  readonly ways: readonly [Way, ...Way[]];
  /** What the simulation goes without, such as a sidecar that a workload does not have. */
  readonly notes: readonly Note[];
}

/** One way: from proxy to proxy, to whoever answers. */
export interface Way {
  /** How often it is taken, from 0 to 1. */
  readonly share: number;
  /** The proxies in the order in which they see the request; none where the client has none and comes to none. */
  readonly hops: readonly Hop[];
  /** What the ztunnel of a client in ambient mode does with the connection, before all proxies. */
  readonly clientZtunnel?: ClientZtunnel;
  /** What the ztunnel of a server in ambient mode does with it, after all proxies. */
  readonly serverZtunnel?: ServerZtunnel;
  readonly end: End;
  /** What the client gets. */
  readonly answer: Answer;
}

/** As much of a proxy as is known even of one whose configuration alone is there. */
export type HopProxy = Pick<Proxy, 'kind' | 'name' | 'namespace' | 'ip' | 'labels' | 'serviceAccount'>;

/** What one proxy does with the request, and with the answer when that comes back. */
export interface Hop {
  readonly proxy: HopProxy;
  readonly role: 'client' | 'server' | 'gateway' | 'waypoint';
  /** Whether a client's sidecar or a gateway uses the waypoint of the service, where one is named for it. */
  readonly waypoint?: WaypointUse;
  readonly arrival: Arrival;
  readonly translation: Translation;
  /** The decisions in their order. */
  readonly steps: readonly Step[];
  /** What is taken to be so of a request that is known only in part. */
  readonly assumptions: readonly Assumption[];
  /** How it ended for whoever is connected to this proxy. */
  readonly outcome: Outcome;
  /** What Mixer answers and receives, in Istio 1.4 with a Mixer. */
  readonly mixer?: HopMixer;
}

/** What Mixer does at a hop. */
export interface HopMixer {
  readonly attributes: Readonly<Record<string, unknown>>;
  /** What it answers to the proxy of a server, for requests that reach it. */
  readonly check?: CheckTrace;
  /** What it makes of the report of the proxy; absent where the mesh has reports off. */
  readonly report?: ReportTrace;
}

/** What the ztunnel of a client does with a connection. */
export interface ClientZtunnel {
  readonly workload: Named;
  /** Those of its pods. */
  readonly labels: Labels;
  /** The service that was dialled. */
  readonly service?: Service;
  /** Absent where nothing is known of the address. */
  readonly waypoint?: WaypointUse;
  /** Whether it opens an HBONE tunnel, or sends the bytes as they are; absent where it closes the connection. */
  readonly transport?: 'HBONE' | 'plaintext';
}

/** What the ztunnel of a server does with a connection. */
export interface ServerZtunnel {
  readonly workload: Named;
  /** Who calls; absent where the connection comes without a tunnel. */
  readonly identity?: Identity;
  readonly verdict: 'allowed' | 'denied' | 'not allowed';
  /** Those that allow it, that deny it, or of which none allows it. */
  readonly policies: readonly PolicyName[];
}

/** Whether a connection goes through the waypoint of what was dialled. */
export type WaypointUse =
  | { readonly kind: 'used'; readonly waypoint: Named }
  | { readonly kind: 'not used'; readonly because: Exclude<WaypointBinding, { kind: 'served' }> }
  /** The waypoint serves it, but not for this client. */
  | {
      readonly kind: 'passed by';
      readonly waypoint: Named;
      readonly because: 'sidecars do not use waypoints' | 'no ingress label' | 'no address';
    };

/** Where a way ends. */
export type End =
  | { readonly kind: 'arrived'; readonly destination: Destination }
  /** The last proxy answers itself, closes the connection, or nothing listens there. */
  | Stopped
  /** The ztunnel of a server in ambient mode closes the connection. */
  | {
      readonly kind: 'closed by ztunnel';
      readonly party: Peer;
      readonly refusal: Refusal;
      readonly transport: Transport;
    }
  /** There is nobody to connect to. */
  | { readonly kind: 'nowhere'; readonly because: NoConnection }
  /** What comes next is not simulated. */
  | { readonly kind: 'unknown'; readonly because: Unfollowed };

/** A way that ends at its last proxy. */
export interface Stopped {
  readonly kind: 'stopped';
  /** The policies that refuse the request, where it is they. */
  readonly refusal?: Refusal;
  /** What Mixer of Istio 1.4 answers, where the proxy refuses the request for that. */
  readonly mixer?: { readonly status: string; readonly message: string };
  /** Where the proxy closes the connection because of its TLS. */
  readonly mismatch?: TransportMismatch;
  /** Where the proxy of the client lets nothing out to there. */
  readonly blocked?: Blocked;
  /** The decision that nothing was chosen at, or that says why not. */
  readonly because?: string;
}

/** The policies behind a refusal: the one that denies, or those of which none allows. */
export interface Refusal {
  readonly denied: boolean;
  readonly policies: readonly PolicyName[];
}

/** The policy of a refusal. */
export interface PolicyName {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** Who answers, and where. Pods of one workload are told together. */
export interface Destination {
  readonly party: Peer;
  readonly addresses: readonly string[];
  readonly port: number;
  /** The service and subset that the client's proxy chose, or that the client dialled. */
  readonly service?: Service;
  readonly subset?: string;
  /** How the connection that brings it there is made. */
  readonly transport: Transport;
}

/** What the client gets. */
export type Answer =
  | Pick<Response, 'kind' | 'status' | 'flags' | 'details' | 'headers' | 'body'>
  | { readonly kind: 'connected' }
  | { readonly kind: 'closed'; readonly flags: readonly Flag[]; readonly details?: string }
  /** Nothing at all: no connection, or one on which nothing happens. */
  | { readonly kind: 'none'; readonly because: NoConnection }
  /** Something that depends on what is not simulated. */
  | { readonly kind: 'unknown'; readonly because: Unfollowed };

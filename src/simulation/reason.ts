/** Why a request gets no further, and what a simulation assumes: values, which `report/` puts into words. */
import type { SecretFault } from '../mesh/gateways/credential-faults';
import type { InjectionReason } from '../mesh/injection/injection';

/** A workload by its names. */
export interface Named {
  readonly name: string;
  readonly namespace: string;
}

/** Why a name has no address. */
export type NameFault =
  /** `near` is a name that was probably meant. */
  | { readonly kind: 'unknown name'; readonly host: string; readonly near?: string }
  /** Services of type ExternalName that lead to one another. */
  | { readonly kind: 'alias loop'; readonly host: string }
  | { readonly kind: 'headless without endpoints'; readonly host: string };

/** Why a proxy breaks off its TLS handshake with a server. */
export type HandshakeFailure =
  /** Annotations of the server keep the port from its sidecar, and clients send mutual TLS all the same. */
  | { readonly kind: 'port without sidecar'; readonly server: string; readonly port: number }
  | { readonly kind: 'server without sidecar'; readonly server: string }
  /** The sidecar of the server passes mutual TLS on to the application, which does not end it. */
  | {
      readonly kind: 'handshake at application';
      readonly server: string;
      readonly port: number;
      /** The PeerAuthentication that keeps the sidecar from ending it. */
      readonly policy?: Named;
    }
  | {
      readonly kind: 'other identity';
      readonly server: string;
      readonly identity: string;
      /** Those that the proxy would accept. */
      readonly accepted: readonly string[];
    }
  /** The proxy of a client has no certificate for the server, or nothing to check the server's against. */
  | (CredentialFault & { readonly kind: 'unusable credential of client'; readonly client: string });

/** A Secret by which a handshake fails, and what is wrong with it. */
export interface CredentialFault {
  readonly secret: Named;
  readonly fault: SecretFault;
}

/** Why a client and a server do not agree on TLS. */
export type TransportMismatch =
  /** `policy` is the PeerAuthentication that demands it. */
  | { readonly kind: 'mutual TLS required'; readonly server: string; readonly policy?: Named }
  /** `policy` is the PeerAuthentication that disables it. */
  | { readonly kind: 'mutual TLS disabled'; readonly server: string; readonly port: number; readonly policy?: Named }
  | { readonly kind: 'TLS at plaintext port'; readonly server: string; readonly port: number }
  | { readonly kind: 'plaintext at TLS port'; readonly server: string; readonly port: number }
  /** The server has no certificate that clients accept, or nothing to check theirs against. */
  | (CredentialFault & { readonly kind: 'unusable credential'; readonly server: string });

/** Why there is no connection. */
export type NoConnection =
  | NameFault
  | HandshakeFailure
  | { readonly kind: 'no endpoints'; readonly host: string }
  /** The waypoint of `server` has no pod that takes tunnels. */
  | { readonly kind: 'no waypoint endpoints'; readonly server: string; readonly waypoint: Named }
  /** The server is on another network, to which no gateway is known. */
  | { readonly kind: 'other network'; readonly network: string }
  | {
      readonly kind: 'undeclared port';
      readonly service: Named;
      readonly port: number;
      readonly ports: readonly number[];
    }
  | { readonly kind: 'no listener'; readonly port: number; readonly proxy?: Named };

/** Why the proxy of a client sends a request nowhere: `outboundTrafficPolicy` is REGISTRY_ONLY. */
export type Blocked =
  | Extract<NoConnection, { kind: 'undeclared port' }>
  | Extract<TransportMismatch, { kind: 'TLS at plaintext port' }>
  /** `exportTo`, or the hosts of a Sidecar, keep the service from the client. */
  | { readonly kind: 'not visible'; readonly client: string; readonly service: Named }
  | { readonly kind: 'not in registry'; readonly host: string; readonly port: number };

/** Why a request cannot be followed further. */
export type Unfollowed =
  /** It has passed more proxies than a request ever does. */
  | { readonly kind: 'loop' }
  /** More conditions decide about a request that is known only in part than are tried. */
  | { readonly kind: 'too many conditions' }
  | { readonly kind: 'proxy waits' }
  | { readonly kind: 'filter not simulated' }
  /** `server` uses a waypoint that is not in the input. */
  | { readonly kind: 'missing waypoint'; readonly server: string; readonly waypoint: Named }
  /** It leaves through the gateway of another network, whose proxies are not in the input. */
  | { readonly kind: 'other network'; readonly network: string; readonly gateway: string }
  /** The request goes to the waypoint itself, and not to what it serves. */
  | { readonly kind: 'waypoint'; readonly name: string };

/** Something that a simulation assumes, or does without. */
export type Note =
  | { readonly kind: 'no sidecar'; readonly workload: Named; readonly reason: InjectionReason }
  | { readonly kind: 'ambient mode'; readonly workload: Named }
  /** Annotations keep the connection away from the client's sidecar. */
  | { readonly kind: 'not captured'; readonly workload: Named; readonly address: string; readonly port: number }
  | { readonly kind: 'through gateway'; readonly gateway: Named }
  | { readonly kind: 'client without sidecar' }
  /** The port of a node leads to a service. */
  | { readonly kind: 'node port'; readonly port: number; readonly service: Named; readonly servicePort: number }
  /** What a line of an access log says, and whether a proxy of the simulation answers so. */
  | { readonly kind: 'log line'; readonly status: number; readonly flags: string; readonly agrees: boolean };

import type { EnvoyConfig } from '../config';
import type { Arrival } from './arrival';
import type { Assumptions } from './assumptions';
import type { Chance } from './chance';
import type { Header } from './header-map';
import type { Lookup } from './lookup';
import type { Trace } from './trace';
import { own } from '../own';

/** What cannot be read from the configuration and is settled by whoever asks. */
export interface Options {
  /** Whether steps give reasons and what was rejected. Without it, thousands of requests a second are possible. */
  readonly explain?: boolean;
  /** Where Envoy would draw random numbers it draws this one; else all that can happen is told, with shares. */
  readonly random?: number;
  /** Seconds since 1970, against which tokens expire. Without it no token does. */
  readonly now?: number;
  /** Whether a key made a signature. Without it every signature is taken to be good. */
  readonly verify?: VerifySignature;
  /** Claims of tokens that are taken to have been sent and to be valid, for whichever provider has their issuer. */
  readonly claims?: readonly Readonly<Record<string, unknown>>[];
  /** What an external authorization server says when it is asked. */
  readonly externalAuthorization?: 'allow' | 'deny';
  /** How often the same request is sent at once; once unless it is said. */
  readonly repeat?: number;
  /** What is wrong with a secret that the proxy fetches by a name. Without it nothing is. */
  readonly secretFault?: (name: string) => SecretFault | undefined;
  /** How the upstream answers. */
  readonly answer?: UpstreamAnswer;
}

/** What comes of a bad secret: the proxy does not get it or cannot use it, or its peers break off the handshake. */
export type SecretFault = 'not usable' | 'refused by peers';

/** What comes of a request that was sent on: a response, or none, since nobody took the connection or it was closed over the request. */
export interface UpstreamAnswer {
  readonly status?: number;
  readonly headers?: readonly Header[];
  readonly failure?: 'no connection' | 'closed';
}

/** Checks a JSON Web Signature. `data` is what was signed, in ASCII; `signature` is in base64url. */
export type VerifySignature = (
  algorithm: string,
  key: Readonly<Record<string, unknown>>,
  data: string,
  signature: string,
) => boolean;

/** One run of a configuration for one arrival. */
export interface Run {
  readonly config: EnvoyConfig;
  readonly lookup: Lookup;
  readonly arrival: Arrival;
  readonly options: Options;
  readonly trace: Trace;
  readonly chance: Chance;
  /** Present where the request is known only in part. */
  readonly assumptions?: Assumptions;
}

/** Whether a feature flag of the runtime is on. */
export function featureEnabled({ config }: Run, name: string, byDefault: boolean): boolean {
  const value = own(config.runtime, `envoy.reloadable_features.${name}`);
  return value === undefined ? byDefault : value === true || value === 'true';
}

/** What a client, a server and the proxies between them see of a request: what two states of a mesh are compared by. */
import type { Header } from '../envoy/run/header-map';
import type { Mirror, Retry } from '../envoy/run/outcome';
import type { Destination, End, Hop, Journey, Refusal, Way } from './journey';
import type { NoConnection, Unfollowed } from './reason';
import type { Transport } from './transport';

/** One thing that can become of a request. */
export interface Effect {
  /** From 0 to 1. */
  readonly share: number;
  readonly end: EffectEnd;
  readonly answer: EffectAnswer;
  /** What the proxies do, in the order in which they see the request. */
  readonly hops: readonly HopEffect[];
  /** The request as the last proxy sends it, where it is HTTP. */
  readonly sent?: SentRequest;
}

/** Where a request ends. */
export type EffectEnd =
  | {
      readonly kind: 'arrived';
      readonly name: string;
      readonly port: number;
      readonly service?: string;
      readonly transport: Transport;
    }
  | { readonly kind: 'stopped'; readonly role?: Hop['role']; readonly refusal?: Refusal }
  | { readonly kind: 'closed by ztunnel'; readonly server: string; readonly refusal: Refusal }
  | { readonly kind: 'nowhere'; readonly because: NoConnection }
  | { readonly kind: 'unknown'; readonly because: Unfollowed };

/** What the client gets. */
export type EffectAnswer =
  | {
      readonly kind: 'response';
      readonly status: number;
      readonly flags: readonly string[];
      readonly headers: readonly Header[];
      readonly body?: string;
    }
  | { readonly kind: 'closed'; readonly flags: readonly string[] }
  | { readonly kind: 'connected' | 'none' | 'unknown' };

/** What one proxy does beside choosing where a request goes. */
export interface HopEffect {
  readonly role: Hop['role'];
  readonly timeout?: string;
  readonly retries?: Retry;
  readonly mirrors: readonly Mirror[];
  /** How long a fault holds the request back. */
  readonly delay?: string;
}

/** A request as it leaves a proxy. */
export interface SentRequest {
  readonly method: string;
  readonly authority: string;
  readonly path: string;
  readonly headers: readonly Header[];
}

/** All that can become of a request. */
export const effectsOf = ({ ways }: Journey): Effect[] => ways.map(effectOf);

function effectOf({ share, end, answer, hops }: Way): Effect {
  const sent = hops.flatMap((hop) => sentBy(hop) ?? []).at(-1);
  return {
    share,
    end: endOf(end, hops),
    answer: answerOf(answer),
    hops: hops.map(hopEffect),
    ...(sent && { sent }),
  };
}

function endOf(end: End, hops: readonly Hop[]): EffectEnd {
  switch (end.kind) {
    case 'arrived':
      return arrivalOf(end.destination);
    case 'stopped': {
      const role = hops.at(-1)?.role;
      return { kind: 'stopped', ...(role && { role }), ...(end.refusal && { refusal: end.refusal }) };
    }
    case 'closed by ztunnel':
      return { kind: end.kind, server: end.party.name, refusal: end.refusal };
    case 'nowhere':
    case 'unknown':
      return end;
  }
}

function arrivalOf({ party, port, service, transport }: Destination): EffectEnd {
  return {
    kind: 'arrived',
    name: party.name,
    port,
    ...(service && { service: service.hostname }),
    transport,
  };
}

function answerOf(answer: Way['answer']): EffectAnswer {
  switch (answer.kind) {
    case 'response': {
      const { status, flags, headers, body } = answer;
      return { kind: 'response', status, flags, headers, ...(body !== undefined && { body }) };
    }
    case 'closed':
      return { kind: 'closed', flags: answer.flags };
    case 'connected':
    case 'none':
    case 'unknown':
      return { kind: answer.kind };
  }
}

const requestOf = ({ outcome }: Hop) => (outcome.kind === 'response' ? outcome.upstream?.request : undefined);

function hopEffect(hop: Hop): HopEffect {
  const { timeout, retry, mirrors = [] } = requestOf(hop) ?? {};
  const delay = hop.outcome.kind === 'response' ? hop.outcome.delay : undefined;
  return {
    role: hop.role,
    ...(timeout !== undefined && { timeout }),
    ...(retry && { retries: retry }),
    mirrors,
    ...(delay !== undefined && { delay }),
  };
}

function sentBy(hop: Hop): SentRequest | undefined {
  const request = requestOf(hop);
  if (!request) return undefined;
  const { method, authority, path, headers } = request;
  return { method, authority, path, headers: headers.filter(([name]) => !DERIVED.has(name)) };
}

/** Headers that repeat what is said elsewhere: of the time, the connection, the route and the proxy. */
const DERIVED = new Set([
  'x-envoy-expected-rq-timeout-ms',
  'x-envoy-attempt-count',
  'x-envoy-decorator-operation',
  'x-envoy-original-host',
  'x-envoy-original-path',
  'x-envoy-peer-metadata',
  'x-envoy-peer-metadata-id',
  'x-forwarded-client-cert',
  'x-request-id',
]);

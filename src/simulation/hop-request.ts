import type { Arrival, ClientTls, OuterTunnel } from '../envoy/run/arrival';
import type { Header } from '../envoy/run/header-map';
import { type HopRequestFault, RequestError } from './request-error';
import { own } from '../source/own';

/** A request as one proxy sees it, whoever sends it: the entries of `simulate --requests`. */
export interface HopRequest {
  readonly name: string;
  /** `WORKLOAD.NAMESPACE`. */
  readonly proxy: string;
  /**
   * A client outside connects to the gateway's pod, the proxy's own application to another server, a client to the proxy's pod, or
   * the ztunnel of a client opens an HBONE tunnel to the proxy's pod.
   */
  readonly mode: 'gateway' | 'outbound' | 'inbound' | 'waypoint';
  readonly protocol?: 'http' | 'tcp';
  readonly tls?: 'plaintext' | 'tls' | 'mtls';
  readonly sni?: string;
  readonly alpn?: string;
  /** Whether a client that is no peer of the mesh shows a certificate. */
  readonly clientCert?: boolean;
  readonly source?: { readonly ip?: string; readonly principal?: string };
  /** As the client dialled. */
  readonly address: string;
  readonly port: number;
  /** Where a gateway's pod really listens. */
  readonly listenPort?: number;
  readonly method?: string;
  readonly host?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent that often. */
  readonly repeat?: number;
}

const SOMEBODY = '10.244.9.9';

const CHOICES = {
  mode: ['gateway', 'outbound', 'inbound', 'waypoint'],
  protocol: ['http', 'tcp', undefined],
  tls: ['plaintext', 'tls', 'mtls', undefined],
} as const;

/** The requests of a list; entries may be wrapped as `{ request, expected }`. Throws a RequestError where it is none. */
export function hopRequestsIn(list: unknown): HopRequest[] {
  if (!Array.isArray(list)) throw new RequestError({ kind: 'no list of requests' });
  return list.map((entry: unknown, index) => {
    const request: unknown = isObject(entry) && isObject(entry['request']) ? entry['request'] : entry;
    const fault: HopRequestFault | undefined = isObject(request) ? faultIn(request) : { kind: 'not an object' };
    if (fault) throw new RequestError({ kind: 'bad request in list', index: index + 1, fault });
    return request as HopRequest;
  });
}

type Expected = Extract<HopRequestFault, { kind: 'bad field' }>['expected'];

const isObject = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

function faultIn(request: Record<string, unknown>): HopRequestFault | undefined {
  const bad = (field: string, expected: Expected): HopRequestFault => ({ kind: 'bad field', field, expected });
  for (const [name, choices] of Object.entries(CHOICES))
    if (!(choices as readonly unknown[]).includes(own(request, name)))
      return bad(
        name,
        choices.filter((choice) => choice !== undefined),
      );
  for (const name of ['proxy', 'address'] as const)
    if (typeof request[name] !== 'string' || !request[name]) return bad(name, 'text');
  for (const name of ['name', 'sni', 'alpn', 'method', 'host', 'path'] as const)
    if (request[name] !== undefined && typeof request[name] !== 'string') return bad(name, 'text');
  for (const name of ['port', 'listenPort'] as const)
    if (request[name] !== undefined && !isPort(request[name])) return bad(name, 'port');
  if (request['port'] === undefined) return bad('port', 'port');
  for (const name of ['headers', 'source'] as const)
    if (request[name] !== undefined && !isObject(request[name])) return bad(name, 'object');
  return undefined;
}

const isPort = (value: unknown): boolean => Number.isInteger(value) && Number(value) > 0 && Number(value) < 65536;

/** The connection of a request at the proxy. */
export function arrivalOf(request: HopRequest, proxyAddress: string, trustDomain: string): Arrival {
  const { mode, address, port, listenPort = port, source, protocol = 'http' } = request;
  const tls = tlsOf(request, trustDomain);
  return {
    via: mode === 'gateway' || mode === 'waypoint' ? 'direct' : mode,
    ...(mode === 'waypoint' && { inTunnel: tunnelOf(request, proxyAddress, trustDomain) }),
    source: { address: source?.ip ?? SOMEBODY },
    destination: { address, port: listenPort },
    ...(tls && { tls }),
    payload: protocol === 'tcp' ? { kind: 'raw' } : httpOf(request),
  };
}

const tunnelOf = ({ source }: HopRequest, address: string, trustDomain: string): OuterTunnel => ({
  address,
  certificate: { uriSans: [identityOf(source?.principal ?? 'default/default', trustDomain)] },
});

function httpOf({ method = 'GET', host = '', path = '/', headers = {} }: HopRequest): Arrival['payload'] {
  const given = Object.entries(headers).map(([name, value]): Header => [name.toLowerCase(), String(value)]);
  const named = given.find(([name]) => name === 'host')?.[1];
  return {
    kind: 'http',
    method,
    authority: named ?? host,
    path,
    // Its client sends one request over each connection, which shows where nobody reads it as HTTP.
    headers: [
      ...asClientsSend(
        method,
        given.filter(([name]) => name !== 'host'),
      ),
      ['connection', 'close'],
    ],
  };
}

/** Headers with those that every client adds. */
export function asClientsSend(method: string, headers: readonly Header[]): Header[] {
  const missing: Header[] = [
    ['user-agent', 'meshlint'],
    ['accept', '*/*'],
    ...(['POST', 'PUT', 'PATCH'].includes(method) ? [['content-length', '0'] as const] : []),
  ];
  return [...missing.filter(([name]) => !headers.some(([each]) => each.toLowerCase() === name)), ...headers];
}

function tlsOf({ tls = 'plaintext', sni, alpn, clientCert, source, protocol }: HopRequest, trustDomain: string) {
  if (tls === 'plaintext') return undefined;
  const isPeer = tls === 'mtls';
  const usual = protocol === 'tcp' ? (isPeer ? ['istio'] : []) : [isPeer ? 'istio-http/1.1' : 'http/1.1'];
  const identity = identityOf(source?.principal ?? 'default/default', trustDomain);
  return {
    ...(sni !== undefined && { sni }),
    alpn: alpn ? [alpn] : usual,
    ...((isPeer || clientCert) && { certificate: { uriSans: [identity] } }),
  } satisfies ClientTls;
}

function identityOf(principal: string, trustDomain: string): string {
  if (principal.startsWith('spiffe:')) return principal;
  const [namespace, serviceAccount] = principal.split('/');
  return `spiffe://${trustDomain}/ns/${namespace}/sa/${serviceAccount}`;
}

import type { PeerCertificate } from '../envoy/run/arrival';
import type { Header } from '../envoy/run/header-map';
import { RequestError } from './request-error';
import { own } from '../source/own';
import { percentEncoded } from '../source/percent-encoding';

/** What somebody sends. Of `from` and `gateway` at most one is given. */
export interface Request {
  /** The workload whose application sends it, as `WORKLOAD.NAMESPACE`. */
  readonly from?: string;
  /** The gateway that a client outside of the mesh sends it to, as `WORKLOAD.NAMESPACE`. */
  readonly gateway?: string;
  /** `http`, `https`, `grpc`, or, for bytes that are no HTTP, `tcp` and `tls`. */
  readonly url: string;
  readonly method?: string;
  readonly headers?: readonly Header[];
  /** Who is signed in: the value of the header `userHeader`. */
  readonly user?: string;
  readonly userHeader?: string;
  /** A JSON Web Token, sent as a bearer token. */
  readonly token?: string;
  /** Claims of a token that is taken to be valid, whoever signed it. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Where a client outside of the mesh has its address. */
  readonly sourceIp?: string;
  /** The port that is dialled, where that is not the URL's. */
  readonly port?: number;
  /** The server name in the TLS handshake, where that is not the URL's host. */
  readonly sni?: string;
  /** What a client outside of the mesh shows of itself. */
  readonly certificate?: PeerCertificate;
}

/** The header by which Bookinfo's services tell each other who is signed in. */
const USER_HEADER = 'end-user';

/** What is sent over the connection, and where that shall lead. */
export interface Target {
  readonly protocol: 'http' | 'grpc' | 'raw';
  /** Whether the client itself speaks TLS. */
  readonly secure: boolean;
  readonly host: string;
  readonly port: number;
  /** The name of what is really dialled, where that is not the host: what the port of a node leads to. */
  readonly dials?: string;
  /** As an HTTP client names the host: without a port that goes without saying. */
  readonly authority: string;
  readonly path: string;
  readonly method: string;
  readonly headers: readonly Header[];
}

const SCHEMES: Record<string, { protocol: Target['protocol']; secure: boolean; port?: number }> = {
  http: { protocol: 'http', secure: false, port: 80 },
  https: { protocol: 'http', secure: true, port: 443 },
  grpc: { protocol: 'grpc', secure: false, port: 80 },
  grpcs: { protocol: 'grpc', secure: true, port: 443 },
  tcp: { protocol: 'raw', secure: false },
  tls: { protocol: 'raw', secure: true, port: 443 },
};

/** Reads a request. Throws a RequestError where there is something that nobody could send. */
export function targetOf(request: Request): Target {
  const { url } = request;
  const [, scheme, rest] = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/is.exec(url) ?? [];
  if (scheme === undefined || rest === undefined)
    throw new RequestError({ kind: 'no scheme', url, suggested: `http://${suggested(url)}` });
  const kind = own(SCHEMES, scheme.toLowerCase());
  if (!kind) throw new RequestError({ kind: 'unknown scheme', url, schemes: Object.keys(SCHEMES) });
  const [, place = '', path = ''] = /^([^/?#]*)([^#]*)/.exec(rest)!;
  const { host, port = kind.port } = hostOf(place, url);
  const dialled = request.port ?? port;
  if (dialled === undefined) throw new RequestError({ kind: 'no port', url, scheme });
  const given = checkedHeaders(request);
  const named = given.find(([name]) => name === 'host')?.[1];
  return {
    ...kind,
    host,
    port: dialled,
    authority: named ?? (port === kind.port ? bracketed(host) : `${bracketed(host)}:${port}`),
    path: pathOf(path),
    method: request.method ?? (kind.protocol === 'grpc' ? 'POST' : 'GET'),
    headers: given.filter(([name]) => name !== 'host'),
  };
}

/** As clients write it: a path at least, and no letters that a request line cannot hold. */
function pathOf(path: string): string {
  const whole = path.startsWith('/') ? path : `/${path}`;
  return whole.replace(/[^\x21-\x7e]+/gu, percentEncoded);
}

const suggested = (url: string): string => (/^[\w.-]+(:\d+)?(\/\S*)?$/.test(url) ? url : 'reviews:9080/');
const bracketed = (host: string): string => (host.includes(':') ? `[${host}]` : host);

function hostOf(place: string, url: string): { host: string; port?: number } {
  const [, bracket, plain, text] = /^(?:[^@]*@)?(?:\[([0-9a-f:.]+)\]|([^:[\]]+))(?::(\d*))?$/i.exec(place) ?? [];
  const host = (bracket ?? plain ?? '').toLowerCase();
  if (!host) throw new RequestError({ kind: 'no host', url });
  if (!bracket && !/^[a-z0-9_*]([a-z0-9_.-]*[a-z0-9_.])?$/.test(host))
    throw new RequestError({ kind: 'bad host', url, host });
  if (!text) return { host };
  const port = Number(text);
  if (port < 1 || port > 65535) throw new RequestError({ kind: 'bad port', url, port: text });
  return { host, port };
}

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

function checkedHeaders({ headers = [], method, user, userHeader = USER_HEADER, token }: Request): Header[] {
  if (method !== undefined && !TOKEN.test(method)) throw new RequestError({ kind: 'bad method', method });
  const all: Header[] = [
    ...headers,
    ...(user === undefined ? [] : [[userHeader, user] as const]),
    ...(token === undefined ? [] : [['authorization', `Bearer ${token}`] as const]),
  ];
  return all.map(([name, value]): Header => {
    if (!TOKEN.test(name)) throw new RequestError({ kind: 'bad header name', name });
    if (/[\x00\r\n]/.test(value)) throw new RequestError({ kind: 'bad header value', name });
    return [name.toLowerCase(), value];
  });
}

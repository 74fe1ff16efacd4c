/** A stand-in for the API server of Kubernetes on loopback: discovery, list and watch of a few kinds, as much as a client needs. */
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { KubernetesObject } from '../src/source/resource';

type Stored = KubernetesObject & { metadata: { resourceVersion?: string } };

/** The kinds that are served, by the path of their list. */
const SERVED: Record<string, { apiVersion: string; kind: string }> = {
  '/api/v1/namespaces': { apiVersion: 'v1', kind: 'Namespace' },
  '/api/v1/services': { apiVersion: 'v1', kind: 'Service' },
  '/api/v1/pods': { apiVersion: 'v1', kind: 'Pod' },
  '/api/v1/secrets': { apiVersion: 'v1', kind: 'Secret' },
  '/apis/networking.istio.io/v1/virtualservices': { apiVersion: 'networking.istio.io/v1', kind: 'VirtualService' },
  '/apis/networking.istio.io/v1/destinationrules': { apiVersion: 'networking.istio.io/v1', kind: 'DestinationRule' },
};

export class StandInApi {
  /** Method and path of every request, without the query. */
  readonly requests: string[] = [];
  /** What was sent in the bodies of requests. */
  readonly bodies: unknown[] = [];
  /** Lists that are answered with 403. */
  readonly forbidden = new Set<string>();
  /** While set, everything is answered with 500. */
  isBroken = false;
  private readonly objects = new Map<string, Stored>();
  private readonly watches = new Map<ServerResponse, string>();
  private version = 1;
  private readonly server: Server = createServer((request, response) => this.handle(request, response));

  /** Listens; the address is the answer. */
  async start(): Promise<string> {
    await new Promise<void>((done) => this.server.listen(0, '127.0.0.1', done));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((done) => void this.server.close(() => done()));
  }

  put(object: KubernetesObject): void {
    const key = keyOf(object);
    const type = this.objects.has(key) ? 'MODIFIED' : 'ADDED';
    this.objects.set(key, { ...object, metadata: { ...object.metadata, resourceVersion: String(++this.version) } });
    this.send(type, this.objects.get(key)!);
  }

  remove(object: KubernetesObject): void {
    const stored = this.objects.get(keyOf(object))!;
    this.objects.delete(keyOf(object));
    this.send('DELETED', { ...stored, metadata: { ...stored.metadata, resourceVersion: String(++this.version) } });
  }

  /** Changes objects without telling watches, and ends these as an API server does that has forgotten what they missed. */
  expire(change: () => void): void {
    const open = [...this.watches];
    this.watches.clear();
    change();
    for (const [response] of open) {
      const status = { kind: 'Status', code: 410, reason: 'Expired', message: 'too old resource version' };
      response.end(`${JSON.stringify({ type: 'ERROR', object: status })}\n`);
    }
  }

  /** Cuts every connection. */
  cut(): void {
    this.server.closeAllConnections();
  }

  private send(type: string, object: Stored): void {
    for (const [response, path] of this.watches)
      if (isListed(path, object)) response.write(`${JSON.stringify({ type, object })}\n`);
  }

  private handle(request: IncomingMessage, response: ServerResponse): void {
    const { pathname: path, searchParams: query } = new URL(request.url ?? '/', 'http://stand-in');
    this.requests.push(`${request.method} ${path}`);
    if (this.isBroken) return answer(response, 500, { kind: 'Status', message: 'etcd is away' });
    if (request.method !== 'GET') return this.take(request, response);
    if (this.forbidden.has(path)) return answer(response, 403, { kind: 'Status', message: `${path} is forbidden` });
    const served = SERVED[path];
    if (served && query.get('watch')) return this.watch(path, response);
    if (served) return answer(response, 200, this.list(path, query));
    const found = discovery(path);
    answer(response, found ? 200 : 404, found ?? { kind: 'Status', message: 'not found' });
  }

  private take(request: IncomingMessage, response: ServerResponse): void {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      this.bodies.push(JSON.parse(text));
      answer(response, 201, JSON.parse(text) as object);
    });
  }

  private watch(path: string, response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders();
    this.watches.set(response, path);
    response.on('close', () => this.watches.delete(response));
  }

  /** Two objects a page, so that every list has several. */
  private list(path: string, query: URLSearchParams): object {
    const { apiVersion, kind } = SERVED[path]!;
    const all = [...this.objects.values()].filter((each) => isListed(path, each));
    const from = Number(query.get('continue') ?? 0);
    const metadata = {
      resourceVersion: String(this.version),
      ...(from + 2 < all.length && { continue: String(from + 2) }),
    };
    // The items of a list do not say what they are.
    const items = all.slice(from, from + 2).map(({ metadata: own, ...rest }) => ({
      ...rest,
      apiVersion: undefined,
      kind: undefined,
      metadata: own,
    }));
    return { apiVersion, kind: `${kind}List`, metadata, items };
  }
}

const keyOf = ({ apiVersion, kind, metadata }: KubernetesObject): string =>
  [apiVersion, kind, metadata.namespace, metadata.name].join('/');

const isListed = (path: string, { apiVersion, kind }: KubernetesObject): boolean =>
  SERVED[path]!.apiVersion === apiVersion && SERVED[path]!.kind === kind;

function discovery(path: string): object | undefined {
  const names = Object.keys(SERVED).filter((each) => each.startsWith(`${path}/`));
  if (path === '/apis/networking.istio.io')
    return {
      versions: [{ version: 'v1beta1' }, { version: 'v1' }],
      preferredVersion: { version: 'v1' },
    };
  return names.length > 0 ? { resources: names.map((each) => ({ name: each.split('/').at(-1) })) } : undefined;
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

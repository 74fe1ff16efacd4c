// The only file that loads the official client: the build keeps it apart, so that no other command needs to load it.
import { request as requestHttp } from 'node:http';
import { type RequestOptions, request as requestHttps } from 'node:https';
import { ListWatch, type deleteItems } from '@kubernetes/client-node/dist/cache.js';
import { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import { Watch } from '@kubernetes/client-node/dist/watch.js';
import { UsageError } from '../usage-error';
import type { ApiClient, FollowedList, Listener, Obj } from './api-client';
import { ApiError } from './api-client';

/** An object as the client types it. */
type Stored = Parameters<typeof deleteItems>[1][number];

/** Where the cluster is. Inside of a pod nothing has to be said. */
export interface Connection {
  kubeconfig?: string;
  context?: string;
}

/** Connects to a cluster: to the one of the kubeconfig, else to the one that the pod runs in. Throws a UsageError where there is none. */
export function connect({ kubeconfig, context }: Connection): ApiClient {
  const config = new KubeConfig();
  try {
    if (kubeconfig === undefined) config.loadFromDefault();
    else config.loadFromFile(kubeconfig);
  } catch (error) {
    throw new UsageError(`cannot read the kubeconfig: ${(error as Error).message}`);
  }
  if (context !== undefined) {
    const known = config.getContexts().map(({ name }) => name);
    if (!known.includes(context)) throw new UsageError(`unknown kubectl context "${context}"`);
    config.setCurrentContext(context);
  }
  if (!config.getCurrentCluster())
    throw new UsageError('no cluster: run inside of a pod with a service account, or use --kubeconfig');
  return new KubernetesClient(config);
}

/** Seconds after which the API server ends a watch that nothing happens on, and after which we end it ourselves. */
const WATCH_SECONDS = 240;
const OVERDUE_SECONDS = WATCH_SECONDS + 60;
/** Milliseconds that lie at least between the starts of two watches. */
const PAUSE = 1000;
/** Seconds that a request may take. */
const REQUEST_SECONDS = 60;
/** Objects in one answer of a list. */
const PAGE = 500;

class KubernetesClient implements ApiClient {
  constructor(private readonly config: KubeConfig) {}

  get server(): string {
    return this.config.getCurrentCluster()!.server;
  }

  async request(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: object): Promise<unknown> {
    const url = new URL(this.server + path);
    const text = body && JSON.stringify(body);
    const options: RequestOptions = {
      method,
      headers: { accept: 'application/json', ...(text !== undefined && { 'content-type': 'application/json' }) },
      signal: AbortSignal.timeout(REQUEST_SECONDS * 1000),
    };
    await this.config.applyToHTTPSOptions(options);
    const { status, answer } = await exchange(url, options, text);
    if (status >= 300) throw new ApiError(status, messageOf(answer) ?? `the API server answers ${status} to ${path}`);
    return JSON.parse(answer);
  }

  follow(path: string, listener: Listener, fieldSelector?: string): FollowedList {
    const query = fieldSelector === undefined ? '' : `fieldSelector=${encodeURIComponent(fieldSelector)}`;
    const watch = new KeptWatch(this.config, listener);
    const list = () => listAll(this, path, query, listener.kept);
    const followed = new ListWatch<Stored>(path, watch, list as never, false, undefined, fieldSelector);
    const take = (hear: (object: Obj) => void) => (object: Stored) => hear(object as unknown as Obj);
    followed.on('add', take(listener.put));
    followed.on('update', take(listener.put));
    followed.on('delete', take(listener.remove));
    followed.on('error', (error: unknown) => listener.failed(error));
    return followed;
  }
}

/** A watch that keeps of each object what we need, asks for bookmarks, and neither hangs nor starts again and again. */
class KeptWatch extends Watch {
  constructor(
    config: KubeConfig,
    private readonly listener: Listener,
  ) {
    super(config);
  }

  override async watch(
    path: string,
    query: Record<string, string | number | boolean | undefined>,
    callback: (phase: string, object: Obj, event?: unknown) => void,
    done: (error: unknown) => void,
  ): Promise<AbortController> {
    // The list has been taken over when its watch begins.
    this.listener.synced();
    const started = Date.now();
    const asked = { ...query, allowWatchBookmarks: true, timeoutSeconds: WATCH_SECONDS };
    const take = (phase: string, object: Obj, event: unknown): void => {
      const isObject = phase === 'ADDED' || phase === 'MODIFIED' || phase === 'DELETED';
      callback(phase, isObject ? this.listener.kept(object) : object, event);
    };
    let isOver = false;
    const open: { controller?: AbortController } = {};
    const ended = (error: unknown): void => {
      isOver = true;
      clearTimeout(overdue);
      const wait = Math.max(PAUSE - (Date.now() - started), 0);
      if (error) done(error);
      else setTimeout(() => done(null), wait).unref();
    };
    const overdue = setTimeout(() => open.controller?.abort(), OVERDUE_SECONDS * 1000).unref();
    open.controller = await super.watch(path, asked, take as never, ended);
    if (!isOver) this.listener.connected();
    return open.controller;
  }
}

interface Page {
  apiVersion: string;
  kind: string;
  metadata: { continue?: string; resourceVersion?: string };
  items: Obj[];
}

/** Every object of a list, page by page. */
async function listAll(client: ApiClient, path: string, query: string, kept: Listener['kept']): Promise<object> {
  const items: Obj[] = [];
  for (let token = ''; ;) {
    const from = token === '' ? '' : `&continue=${encodeURIComponent(token)}`;
    const page = (await client.request('GET', `${path}?limit=${PAGE}&${query}${from}`)) as Page;
    // In a list of a built-in kind, only the list names it.
    const named = { apiVersion: page.apiVersion, kind: page.kind.replace(/List$/, '') };
    for (const item of page.items) items.push(kept({ ...named, ...item }));
    token = page.metadata.continue ?? '';
    if (token === '') return { metadata: page.metadata, items };
  }
}

function exchange(
  url: URL,
  options: RequestOptions,
  body: string | undefined,
): Promise<{ status: number; answer: string }> {
  const request = url.protocol === 'http:' ? requestHttp : requestHttps;
  return new Promise((resolve, reject) => {
    const sent = request(url, options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, answer: Buffer.concat(chunks).toString('utf8') }),
      );
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** What the API server says of a failure in its Status object. */
function messageOf(answer: string): string | undefined {
  try {
    const { message } = JSON.parse(answer) as { message?: unknown };
    return typeof message === 'string' ? message : undefined;
  } catch {
    return undefined;
  }
}

import { redact } from '../cluster/redact';
import { trim } from '../cluster/trim';
import { type ApiClient, type FollowedList, type Listener, type Obj, isApiError } from './api-client';
import type { ClusterState } from './cluster-state';
import { servedPaths } from './discovery';
import type { FollowedKind } from './followed-kinds';
import type { Log } from './log';

/** Milliseconds after which it is asked again for kinds that the API server does not serve yet. */
const RESCAN = 30_000;
/** Milliseconds before a failed list or watch starts again, the first time and at most. */
const [SHORTEST, LONGEST] = [500, 30_000];

/** Keeps the state of a cluster up to date until it is stopped. */
export class Follower {
  private readonly lists = new Map<FollowedKind, FollowedList>();
  private readonly failures = new Map<FollowedKind, number>();
  private readonly timers = new Set<NodeJS.Timeout>();
  private discoveryFailures = 0;
  private isStopped = false;

  constructor(
    private readonly client: ApiClient,
    private readonly state: ClusterState,
    private readonly log: Log,
  ) {}

  /** Looks up which kinds are served, begins to follow these, and looks again later. */
  async start(): Promise<void> {
    try {
      await this.discover();
      this.discoveryFailures = 0;
      this.later(RESCAN, () => this.start());
    } catch (error) {
      const pause = pauseAfter(this.discoveryFailures++);
      this.log.error('cannot list the kinds that the API server serves', { error: textOf(error), retryInMs: pause });
      this.later(pause, () => this.start());
    }
  }

  /** How many kinds cannot be followed at the moment. */
  get failing(): number {
    return this.failures.size;
  }

  stop(): void {
    this.isStopped = true;
    for (const timer of this.timers) clearTimeout(timer);
    for (const list of this.lists.values()) void list.stop();
  }

  private async discover(): Promise<void> {
    const wanted = this.state.kindsIn('waiting', 'unserved').filter((kind) => !this.lists.has(kind));
    if (wanted.length === 0) return;
    const paths = await servedPaths(this.client, wanted);
    for (const kind of wanted) {
      const path = paths.get(kind);
      if (path === undefined) this.state.setState(kind, 'unserved');
      else this.follow(kind, path);
    }
  }

  private follow(kind: FollowedKind, path: string): void {
    if (this.isStopped) return;
    this.state.setState(kind, 'waiting');
    const list = this.client.follow(path, this.listenerFor(kind), kind.only && `metadata.name=${kind.only.name}`);
    this.lists.set(kind, list);
    void list.start();
  }

  private listenerFor(kind: FollowedKind): Listener {
    return {
      kept: (object) => kept(object),
      put: (object) => this.state.put(object),
      remove: (object) => this.state.remove(object),
      synced: () => this.state.setState(kind, 'synced'),
      connected: () => void this.failures.delete(kind),
      failed: (error) => this.failed(kind, error),
    };
  }

  private failed(kind: FollowedKind, error: unknown): void {
    if (this.isStopped) return;
    const count = this.failures.get(kind) ?? 0;
    this.failures.set(kind, count + 1);
    const status = statusOf(error);
    if (status === 404) return this.unserved(kind);
    if (status === 403) this.forbidden(kind, error);
    const pause = pauseAfter(count);
    if (status !== 403)
      this.log.warn('list or watch failed', { resource: kind.resource, error: textOf(error), retryInMs: pause });
    this.later(pause, () => this.lists.get(kind)?.start());
  }

  private forbidden(kind: FollowedKind, error: unknown): void {
    if (this.state.kindsIn('forbidden').includes(kind)) return;
    this.state.setState(kind, 'forbidden');
    this.log.warn('cannot read this kind; references to it are not checked', {
      resource: kind.resource,
      error: textOf(error),
    });
  }

  /** The definition of the kind has been removed. */
  private unserved(kind: FollowedKind): void {
    this.lists.delete(kind);
    this.failures.delete(kind);
    this.state.clear(kind);
    this.state.setState(kind, 'unserved');
  }

  private later(pause: number, work: () => unknown): void {
    if (this.isStopped) return;
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      void work();
    }, pause);
    this.timers.add(timer);
  }
}

/** The object without its secrets and what is of no use, and with the version by which changes are noticed. */
function kept(object: Obj): Obj {
  const slim = redact(trim(object)) as Obj;
  const { resourceVersion } = object.metadata;
  return { ...slim, metadata: { ...slim.metadata, ...(resourceVersion !== undefined && { resourceVersion }) } };
}

/** Twice as long after each failure, and never the same for all replicas. */
const pauseAfter = (failures: number): number =>
  Math.round(Math.min(SHORTEST * 2 ** failures, LONGEST) * (0.75 + Math.random() / 2));

function statusOf(error: unknown): number | undefined {
  if (isApiError(error)) return error.status;
  const { statusCode } = (error ?? {}) as { statusCode?: unknown };
  return typeof statusCode === 'number' ? statusCode : undefined;
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

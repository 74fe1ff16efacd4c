import { identity, kindKey } from '../../mesh/mesh';
import type { Held } from '../../mesh/known';
import type { SourceFile } from '../../source/file';
import type { KubernetesObject } from '../../source/resource';
import { objectFile } from '../cluster/object-file';
import type { FollowedKind } from './followed-kinds';

/** What is known of a kind: not listed yet, followed, refused by the API server, or not served by it. */
export type KindState = 'waiting' | 'synced' | 'forbidden' | 'unserved';

/** The objects of a cluster, each a file of its own, as list and watch keep them. */
export class ClusterState {
  /** By identity, in the order in which the objects came. */
  readonly files = new Map<string, SourceFile>();
  private readonly states = new Map<FollowedKind, KindState>();
  private changedAt = Date.now();

  constructor(kinds: readonly FollowedKind[]) {
    for (const kind of kinds) this.states.set(kind, 'waiting');
  }

  put(object: KubernetesObject): void {
    const file = objectFile(object, 'judged');
    this.files.set(identity(file.resources[0]!), file);
    this.changedAt = Date.now();
  }

  remove(object: KubernetesObject): void {
    this.files.delete(identity(objectFile(object, 'judged').resources[0]!));
    this.changedAt = Date.now();
  }

  /** Forgets all objects of a kind, which the API server no longer serves. */
  clear({ group, kind }: FollowedKind): void {
    for (const [key, { resources }] of this.files)
      if (resources[0]!.group === group && resources[0]!.kind === kind) this.files.delete(key);
  }

  setState(kind: FollowedKind, state: KindState): void {
    this.states.set(kind, state);
  }

  kindsIn(...wanted: readonly KindState[]): FollowedKind[] {
    return [...this.states].flatMap(([kind, state]) => (wanted.includes(state) ? [kind] : []));
  }

  /** Whether every kind has been listed, or cannot be. */
  get isSynced(): boolean {
    return this.kindsIn('waiting').length === 0;
  }

  /** Seconds since anything in the cluster was seen to change. */
  get secondsSinceChange(): number {
    return (Date.now() - this.changedAt) / 1000;
  }

  /** What is known completely: what does not exist there is missing for certain. */
  get held(): Held {
    const held = new Map<string, 'complete' | 'unknown'>([
      ['Secret/*', 'unknown'],
      ['ConfigMap/*', 'unknown'],
    ]);
    for (const [kind, state] of this.states)
      if (!kind.only)
        held.set(`${kindKey(kind)}/*`, state === 'synced' || state === 'unserved' ? 'complete' : 'unknown');
    return held;
  }
}

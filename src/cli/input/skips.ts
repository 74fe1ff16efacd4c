import { some } from '../repository/some';
import { say } from '../terminal';

/** Why something is not read. */
export type SkipReason = 'outside' | 'special' | 'broken' | 'unreadable';

const WORDS: Record<SkipReason, readonly [one: string, many: string]> = {
  outside: ['1 path that leads out of what may be read', 'paths that lead out of what may be read'],
  special: ['1 device, pipe or socket', 'devices, pipes and sockets'],
  broken: ['1 symbolic link without a target', 'symbolic links without a target'],
  unreadable: ['1 folder that cannot be read', 'folders that cannot be read'],
};

/** What a run does not read, by the reason. */
export class Skips {
  private readonly paths = new Map<SkipReason, string[]>();

  add(reason: SkipReason, path: string): void {
    this.paths.set(reason, [...(this.paths.get(reason) ?? []), path]);
  }

  /** Says on standard error how many were skipped, and some of them. */
  report(): void {
    for (const [reason, paths] of this.paths) {
      const [one, many] = WORDS[reason];
      say(`meshlint: skipped ${paths.length === 1 ? one : `${paths.length} ${many}`}: ${some(paths)}`);
    }
  }
}

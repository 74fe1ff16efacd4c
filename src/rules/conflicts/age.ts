import { NOT_YET, created } from '../../mesh/creation';
import type { Resource } from '../../source/resource';

/** Which of two objects was created first; `unknown` where it is not written, as in files it seldom is. */
export function older(one: Resource<unknown>, other: Resource<unknown>): 'this' | 'other' | 'unknown' {
  const [ours, theirs] = [created(one.metadata, NOT_YET), created(other.metadata, NOT_YET)];
  if (ours === NOT_YET || theirs === NOT_YET || ours === theirs) return 'unknown';
  return ours < theirs ? 'this' : 'other';
}

import type { Place } from '../source/file';

/** What the migration says about a place of the input. */
export interface Note {
  readonly place: Place;
  readonly message: string;
  /** What becomes of it: the document is a comment, this part of it is left out, or it stays though the newest release may refuse it. */
  readonly left: 'as a comment' | 'out' | 'as it is';
}

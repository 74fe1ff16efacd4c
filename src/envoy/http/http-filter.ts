import type { HttpFilter } from '../config';
import type { HeaderMap } from '../run/header-map';
import type { Condition } from '../run/trace';
import type { Answer } from './format';
import type { Reply } from './reply';
import type { Stream } from './stream';

/** A filter of the chain as it stands in the configuration. */
export interface Installed {
  readonly object: HttpFilter;
  readonly name: string;
  readonly config: object;
}

/** What a kind of filter does with requests and responses. */
export interface HttpFilterKind {
  /** Looks at the request and changes it, or answers it. */
  decode?(stream: Stream, filter: Installed): Reply | undefined;
  /** Changes the headers of the response, whoever made it. */
  encode?(stream: Stream, filter: Installed, headers: HeaderMap, answer: Answer): void;
}

/** A filter with what it does: undefined where it does nothing to requests, `unknown` where that is not simulated. */
export interface Link extends Installed {
  readonly kind: HttpFilterKind | 'router' | 'passive' | 'unknown';
}

/** Tells what a filter did. */
export function say(stream: Stream, { object }: Installed, because: () => string): void {
  stream.run.trace.step('http filter', object, because);
}

/** Tells why a filter does nothing to this request. */
export function sayIdle(stream: Stream, { object }: Installed, because: () => string): void {
  stream.run.trace.step('http filter', object, because, { isIdle: true });
}

/** Tells what a filter does under a condition. */
export function assume(stream: Stream, { object }: Installed, condition: Condition, because: () => string): void {
  stream.run.trace.step('http filter', object, because, { condition });
}

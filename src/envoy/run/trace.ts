import { type Because, inWords, silently } from './because';

/** What Envoy decides on the way of a connection or request, in this order. */
export type Stage =
  | 'listener'
  | 'listener filter'
  | 'filter chain'
  | 'transport'
  | 'network filter'
  | 'request'
  | 'route configuration'
  | 'virtual host'
  | 'route'
  | 'weighted cluster'
  | 'http filter'
  | 'rewrite'
  | 'mirror'
  | 'cluster'
  | 'endpoint'
  | 'response';

/** A decision. `chosen` and each candidate are the very objects of the configuration. */
export interface Step {
  readonly stage: Stage;
  readonly chosen?: object;
  /** What `chosen` is called, where that is written beside it and not in it. */
  readonly name?: string;
  /** What was decided, and why, as a clause. */
  readonly because?: string;
  readonly rejected: readonly Rejection[];
  /** Whether the request is refused since none of `rejected` allows it. */
  readonly denies?: true;
  /** The filter is not meant for this request, and does nothing. */
  readonly isIdle?: true;
  /** What the outcome depends on, beside the request and the configuration. */
  readonly condition?: Condition;
}

/** Something that the configuration does not say, and what the run assumes of it. */
export type Condition =
  | { readonly kind: 'external authorization'; readonly assumed: 'allowed' | 'denied' }
  /** More requests than there are tokens in an interval are answered with `status`. */
  | { readonly kind: 'rate limit'; readonly tokens: number; readonly interval: string; readonly status: number }
  /** The filter is assumed to change nothing. */
  | { readonly kind: 'filter not simulated'; readonly filter: string };

export interface Rejection {
  readonly candidate: object;
  /** Whether it would take the request as well, and another comes before it. */
  readonly isLater?: true;
  readonly name?: string;
  readonly because: string;
}

/** The steps of one run. Reasons are kept only where they were asked for. */
export class Trace {
  readonly steps: Step[] = [];
  readonly because: Because;

  constructor(readonly explains: boolean) {
    this.because = explains ? inWords : silently;
  }

  step(
    stage: Stage,
    chosen: object | undefined,
    because?: () => string,
    more: Partial<Pick<Step, 'name' | 'rejected' | 'denies' | 'isIdle' | 'condition'>> = {},
  ): void {
    this.steps.push({
      stage,
      ...(chosen && { chosen }),
      ...(because && this.explains && { because: because() }),
      rejected: [],
      ...more,
    });
  }
}

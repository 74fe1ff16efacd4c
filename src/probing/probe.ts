import type { Request } from '../journey/request';

/** A request that may tell two states of a mesh apart. */
export interface Probe {
  /** Who sends it: `WORKLOAD.NAMESPACE`, or a gateway. */
  readonly sender: string;
  /** As `GET http://reviews:9080/ with end-user: jason`. */
  readonly title: string;
  readonly request: Request;
}

/** What a condition can be met and missed with. */
export interface Variant {
  readonly path?: string;
  readonly method?: string;
  readonly authority?: string;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

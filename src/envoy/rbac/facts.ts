import type { MetadataValues } from '../match/metadata';
import type { Assumptions } from '../run/assumptions';
import type { Connection } from '../run/connection';
import type { HeaderMap } from '../run/header-map';

/** What permissions and principals are asked about. */
export interface Facts {
  readonly connection: Connection;
  /** Those of the request; none for a connection that is not HTTP. */
  readonly headers: HeaderMap;
  /** The client's address, by the trusted part of `x-forwarded-for` where that counts. */
  readonly remoteAddress: string;
  readonly metadata: MetadataValues;
  readonly routeMetadata: MetadataValues;
  readonly filterState: ReadonlyMap<string, string>;
  /** Present where the request is known only in part. */
  readonly assumptions?: Assumptions;
  /** Whether the unknown part may prove claims. */
  readonly mayHaveClaims: boolean;
}

import type { Denial, Flag } from '../run/outcome';
import type { Header } from '../run/header-map';

/** An answer that the proxy gives itself. */
export interface Reply {
  readonly status: number;
  /** Envoy's response code details. */
  readonly details: string;
  readonly body?: string;
  readonly denial?: Denial;
  readonly flag?: Flag;
  readonly headers?: readonly Header[];
  /** For gRPC calls, where it does not follow from the status. */
  readonly grpcStatus?: number;
  /** A response that a filter wrote itself: neither gRPC nor the route's header rules change it. */
  readonly asWritten?: boolean;
}

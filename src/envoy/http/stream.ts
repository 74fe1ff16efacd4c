import type { HttpConnectionManager, Route, RouteConfiguration, VirtualHost, WeightedCluster } from '../config';
import type { Connection } from '../run/connection';
import type { HeaderMap } from '../run/header-map';
import type { Flag } from '../run/outcome';
import type { Run } from '../run/run';
import type { Link } from './http-filter';

/** A request on its way through the filters, with what they have learnt and changed so far. */
export interface Stream {
  readonly run: Run;
  readonly connection: Connection;
  readonly manager: HttpConnectionManager;
  readonly request: HeaderMap;
  /** The client's address, by the trusted part of `x-forwarded-for` where that counts. */
  remoteAddress: string;
  /** What filters tell each other. */
  readonly metadata: Record<string, Record<string, unknown>>;
  readonly filterState: Map<string, string>;
  readonly flags: Set<Flag>;
  /** Whether the request, of which only a part is known, may prove claims. */
  mayHaveClaims?: true;
  /** How long the fault filter held the request back. */
  delay?: string;
  /** The filters of the manager that are not switched off for the route. */
  filters: readonly Link[];
  /** What filters keep from the request for the response. */
  readonly memory: Map<object, unknown>;
  /** The route chosen so far; filters may have it chosen again. */
  choice?: RouteChoice;
}

/** Where a request is routed; without `route` nowhere. */
export interface RouteChoice {
  readonly configuration?: RouteConfiguration;
  readonly virtualHost?: VirtualHost;
  readonly route?: Route;
  /** Set where the virtual host sends plaintext requests to its https address instead of routing them. */
  readonly redirectsToTls?: boolean;
  readonly weighted?: WeightedCluster;
  readonly clusterName?: string;
}

/** Whether a request is a gRPC call. envoy: Grpc::Common::isGrpcRequestHeaders. */
export function isGrpc({ request }: Pick<Stream, 'request'>): boolean {
  const type = request.first('content-type') ?? '';
  return type === 'application/grpc' || type.startsWith('application/grpc+');
}

/** `x-forwarded-proto`, which says over what the client came to the first proxy. */
export const forwardedProtocol = ({ request }: Stream): string => request.first('x-forwarded-proto') ?? '';

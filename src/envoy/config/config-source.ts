import type { Duration } from './any';

/** Where a resource is fetched from: the aggregated stream, or a server of its own. */
export interface ConfigSource {
  ads?: object;
  apiConfigSource?: {
    apiType?: 'GRPC' | 'DELTA_GRPC' | 'REST';
    grpcServices?: { envoyGrpc?: { clusterName?: string; authority?: string } }[];
    setNodeOnFirstMessageOnly?: boolean;
    transportApiVersion?: 'V3';
  };
  initialFetchTimeout?: Duration;
  resourceApiVersion?: 'V3';
}

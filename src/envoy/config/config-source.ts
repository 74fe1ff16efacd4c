import type { Duration } from './any';

/** A filter whose configuration is fetched by the filter's name. */
export interface ExtensionConfigSource {
  configSource?: ConfigSource;
  typeUrls?: string[];
}

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

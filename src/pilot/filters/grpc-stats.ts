import type { HttpFilter } from '../../envoy/config';
import { message } from '../message';

/** Counts the messages of gRPC. istio: filters.GrpcStats */
export const grpcStats: HttpFilter = {
  name: 'envoy.filters.http.grpc_stats',
  typedConfig: message('envoy.extensions.filters.http.grpc_stats.v3.FilterConfig', {
    emitFilterState: true,
    statsForAllMethods: false,
  }),
};

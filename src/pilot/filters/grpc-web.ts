import type { HttpFilter } from '../../envoy/config';
import { message } from '../message';

/** Lets browsers speak gRPC. istio: filters.GrpcWeb */
export const grpcWeb: HttpFilter = {
  name: 'envoy.filters.http.grpc_web',
  typedConfig: message('envoy.extensions.filters.http.grpc_web.v3.GrpcWeb', {}),
};

import type { NetworkFilter } from '../../envoy/config';
import { message } from '../message';

/** Counts what MongoDB is asked. istio: buildMongoFilter */
export const mongoProxy = (statPrefix: string): NetworkFilter => ({
  name: 'envoy.filters.network.mongo_proxy',
  typedConfig: message('envoy.extensions.filters.network.mongo_proxy.v3.MongoProxy', { statPrefix }),
});

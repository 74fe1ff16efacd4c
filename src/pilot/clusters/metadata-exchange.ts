import type { Extension } from '../../envoy/config';

const typedConfig = {
  '@type': 'type.googleapis.com/udpa.type.v1.TypedStruct',
  typeUrl: 'type.googleapis.com/envoy.tcp.metadataexchange.config.MetadataExchange',
  value: { enable_discovery: true, protocol: 'istio-peer-exchange' },
};

/** Tells the other side who calls, over plain TCP. istio: xdsfilters.TCPClusterMx */
export const METADATA_EXCHANGE: Extension[] = [{ name: 'istio.metadata_exchange', typedConfig }];

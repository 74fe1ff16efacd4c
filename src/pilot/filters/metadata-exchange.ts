/** Proxies tell each other what they stand before, for metrics and logs: istio.metadata_exchange. */
import type { HttpFilter, NetworkFilter } from '../../envoy/config';
import type { ListenerClass } from '../listener-class';
import { typedStruct } from '../message';

const NAME = 'istio.metadata_exchange';

/** In TCP, between proxies that agreed on it in their TLS handshake. istio: filters.TCPListenerMx */
export const networkMetadataExchange: NetworkFilter = {
  name: NAME,
  typedConfig: typedStruct('envoy.tcp.metadataexchange.config.MetadataExchange', {
    enable_discovery: true,
    protocol: 'istio-peer-exchange',
  }),
};

const DISCOVERY = [{ istio_headers: {} }, { workload_discovery: {} }];

const peerMetadata = (value: object): HttpFilter => ({
  name: NAME,
  typedConfig: typedStruct('io.istio.http.peer_metadata.Config', value),
});

const waypointMetadata = (name: string, value: object): HttpFilter => ({ ...peerMetadata(value), name });

/** Who opened a tunnel, for those who read it on. istio: filters.WaypointDownstreamMetadataFilter */
export const tunnelPeerMetadata = waypointMetadata('waypoint_downstream_peer_metadata', {
  downstream_discovery: [{ workload_discovery: {} }],
  shared_with_upstream: true,
});

/** Who serves what a waypoint sends on. istio: filters.WaypointUpstreamMetadataFilter */
export const waypointPeerMetadata = waypointMetadata('waypoint_upstream_peer_metadata', {
  upstream_discovery: [{ workload_discovery: {} }],
});

const inbound = peerMetadata({ downstream_discovery: DISCOVERY, downstream_propagation: [{ istio_headers: {} }] });

const outbound = peerMetadata({ upstream_discovery: DISCOVERY, upstream_propagation: [{ istio_headers: {} }] });

const withinMesh = peerMetadata({
  upstream_discovery: DISCOVERY,
  upstream_propagation: [{ istio_headers: { skip_external_clusters: true } }],
});

/** In HTTP, by headers, which may be kept from what lies outside the mesh. istio: appendMxFilter */
export function httpMetadataExchange(listeners: ListenerClass, headers: 'everywhere' | 'within-mesh'): HttpFilter {
  if (listeners === 'inbound') return inbound;
  return headers === 'within-mesh' ? withinMesh : outbound;
}

/** What proxies keep of a tunnel for the connections in it: set_filter_state. */
import type { HttpFilter, NetworkFilter } from '../../envoy/config';
import { message } from '../message';

/** The address that was asked for in the tunnel. */
const ORIGINAL_DESTINATION = 'envoy.filters.listener.original_dst.local_ip';
/** Who opened the tunnel. */
export const PEER_PRINCIPAL = 'io.istio.peer_principal';
const TARGET = 'istio.double_hbone.hbone_target_address';

type Sharing = 'ONCE' | 'TRANSITIVE';

const value = (objectKey: string, inlineString: string, sharedWithUpstream: Sharing, factoryKey?: string): object => ({
  ...(factoryKey && { factoryKey }),
  objectKey,
  formatString: { textFormatSource: { inlineString } },
  sharedWithUpstream,
});

const HASHABLE = 'istio.hashable_string';

/** Hands on the address asked for, the client's address, and who both sides are. istio: filters.ConnectAuthorityFilter */
export const connectAuthority: HttpFilter = {
  name: 'connect_authority',
  typedConfig: message('envoy.extensions.filters.http.set_filter_state.v3.Config', {
    onRequestHeaders: [
      value(ORIGINAL_DESTINATION, '%REQ(:AUTHORITY)%', 'ONCE'),
      value('io.istio.connect_authority', '%REQ(:AUTHORITY)%', 'ONCE', HASHABLE),
      value('envoy.filters.listener.original_dst.remote_ip', '%DOWNSTREAM_REMOTE_ADDRESS%', 'ONCE'),
      value(PEER_PRINCIPAL, '%DOWNSTREAM_PEER_URI_SAN%', 'ONCE', HASHABLE),
      value('io.istio.local_principal', '%DOWNSTREAM_LOCAL_URI_SAN%', 'ONCE', HASHABLE),
    ],
  }),
};

const networkState = (name: string, ...onNewConnection: object[]): NetworkFilter => ({
  name,
  typedConfig: message('envoy.extensions.filters.network.set_filter_state.v3.Config', { onNewConnection }),
});

/** Hands the address asked for on to the next tunnel. istio: filters.ConnectAuthorityNetworkFilter */
export const networkConnectAuthority = networkState(
  'connect_authority',
  value(ORIGINAL_DESTINATION, `%FILTER_STATE(${ORIGINAL_DESTINATION}:PLAIN)%`, 'ONCE'),
);

/** Hands on where a tunnel in a tunnel leads, as the endpoint says. istio: buildInnerConnectOriginateListener */
export const propagateEndpointMetadata = networkState(
  'propagate_endpoint_metadata',
  value(ORIGINAL_DESTINATION, '%DYNAMIC_METADATA(envoy.filters.listener.original_dst:local)%', 'TRANSITIVE'),
  value(TARGET, '%DYNAMIC_METADATA(istio:double_hbone:hbone_target_address)%', 'TRANSITIVE', HASHABLE),
);

/** Where a tunnel in a tunnel leads. */
export const TARGET_ADDRESS = `%FILTER_STATE(${TARGET}:PLAIN)%`;

/** Tells the application who opened the tunnel, in place of the certificate. istio: filters.WaypointXFCCClientIdentityFilter */
export const clientIdentity: HttpFilter = {
  name: 'istio.waypoint.xfcc_client_identity',
  typedConfig: message('envoy.extensions.filters.http.header_mutation.v3.HeaderMutation', {
    mutations: {
      requestMutations: [
        {
          append: {
            header: {
              key: 'x-forwarded-client-cert',
              value: `By=%FILTER_STATE(io.istio.local_principal:PLAIN)%;URI=%FILTER_STATE(${PEER_PRINCIPAL}:PLAIN)%`,
            },
            appendAction: 'OVERWRITE_IF_EXISTS_OR_ADD',
          },
        },
      ],
    },
  }),
};

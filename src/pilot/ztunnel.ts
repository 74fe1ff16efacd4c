import { perMesh } from '../mesh/memo';
import type { Mesh } from '../mesh/mesh';
import type { ZtunnelConfig } from '../ztunnel/config';
import type { Origins } from './origins';
import { peerAuthorizations } from './ztunnel/peer-authentication';
import { authorizations } from './ztunnel/policies';
import { sentServices } from './ztunnel/services';
import { sentWorkloads } from './ztunnel/workloads';

export { isOfPeerAuthentication, isStaticStrict, strictPolicy } from './ztunnel/peer-authentication';

/** What every ztunnel of a mesh receives, and which YAML fields its policies came from. */
export interface ZtunnelTranslation {
  readonly config: ZtunnelConfig;
  readonly origins: Origins;
}

/** What the control plane sends to ztunnels. istio: AmbientIndexes.AddressInformation, Policies */
export const translateZtunnel: (mesh: Mesh) => ZtunnelTranslation = perMesh((mesh) => {
  const origins: Origins = new WeakMap();
  const config = {
    workloads: sentWorkloads(mesh),
    services: sentServices(mesh).map(({ sent }) => sent),
    policies: [...authorizations(mesh, origins), ...peerAuthorizations(mesh, origins)],
  };
  return { config, origins };
});

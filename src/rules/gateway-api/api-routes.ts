/** The routes of the Gateway API, of every kind that Istio follows. */
import { configs } from '../../mesh/settings/configs';
import type { AnyRoute } from '../../mesh/gateway-api/parents';
import { perMesh } from '../../mesh/memo';
import type { Mesh } from '../../mesh/mesh';

/** All of them, kind by kind. */
export const routesOfApi: (mesh: Mesh) => readonly AnyRoute[] = perMesh((mesh) => [
  ...configs(mesh, 'HTTPRoute'),
  ...configs(mesh, 'GRPCRoute'),
  ...configs(mesh, 'TLSRoute'),
  ...configs(mesh, 'TCPRoute'),
]);

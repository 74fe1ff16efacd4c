/** EnvoyFilters: the user's own changes to what Istio configures, made when everything else is done. */
export { patchedClusters } from './envoy-filter/clusters';
export { patchedListeners } from './envoy-filter/listeners';
export { patchedInboundRoutes, patchedRoutes } from './envoy-filter/routes';
export { type Patch, hasPatches, patchOf } from './envoy-filter/patches';

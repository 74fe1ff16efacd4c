/** Which subsets somebody routes to. */
import { namedDestinations } from '../../mesh/traffic/destinations';
import { perMesh } from '../../mesh/memo';
import type { Mesh } from '../../mesh/mesh';

const routed = perMesh(
  (mesh) => new Set(namedDestinations(mesh).map(({ host, field }) => `${field.value.subset ?? ''} ${host}`)),
);

/** Whether a route leads to a subset of a host, given in full. */
export const isRoutedTo = (mesh: Mesh, host: string, subset: string): boolean => routed(mesh).has(`${subset} ${host}`);

import type { Mesh } from '../../mesh/mesh';
import { networkOf } from '../../mesh/workloads/locality';

/** The network of the cluster; empty where the mesh has only one. */
export const localNetwork = (mesh: Mesh): string => networkOf(mesh, '', {});

/** What the workloads of the input look at. Whether they have a proxy is often not in the input: all are taken to have one. */
import { perMesh } from '../mesh/memo';
import type { Mesh } from '../mesh/mesh';
import { isGateway } from '../mesh/workloads/proxy';
import { type SidecarScope, gatewayScopeFor, sidecarScopeFor } from '../mesh/traffic/sidecar-scope';
import { workloads } from '../mesh/workloads/workloads';

/** The namespaces in which there are workloads. */
export const clientNamespaces: (mesh: Mesh) => ReadonlySet<string> = perMesh(
  (mesh) => new Set(workloads(mesh).map(({ namespace }) => namespace)),
);

/** The different views that workloads have of the mesh. */
export const viewsOfMesh: (mesh: Mesh) => readonly SidecarScope[] = perMesh((mesh) => [
  ...new Set(
    workloads(mesh).map((workload) =>
      isGateway(mesh, workload)
        ? gatewayScopeFor(mesh, workload.namespace)
        : sidecarScopeFor(mesh, workload.namespace, workload.labels),
    ),
  ),
]);

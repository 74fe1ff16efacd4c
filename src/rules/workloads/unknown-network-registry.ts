import type { Mesh } from '../../mesh/mesh';
import { meshNetworks, meshNetworksSource, rootNamespace } from '../../mesh/settings/mesh-config';
import { didYouMean } from '../../schema/spelling';
import { rule } from '../rule';

/** What is no cluster, or the name of the cluster that has none. istio: provider.ID */
const REGISTRIES = ['Kubernetes', 'External', 'Mock'];

export default rule({
  name: 'unknown-network-registry',
  category: 'reference',
  severity: 'warning',
  summary: 'MeshNetworks references a registry that is not connected.',
  url: 'https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/',
  docs: `
    \`fromRegistry\` is the ID of a cluster: a key of a remote secret (a Secret with the label
    \`istio/multiCluster: "true"\`), or the control plane's own cluster. Endpoints of a cluster with a
    misspelt ID stay in the default network, so clients of other networks connect to them directly
    instead of through the gateway.

    Fix: correct the ID.
  `,
  sameAs: ['IST0126'],
  check({ mesh, missing }) {
    const place = meshNetworksSource(mesh)?.field;
    if (!place) return;
    const known = [...REGISTRIES, ...remoteClusters(mesh)];
    for (const [network, { endpoints = [] }] of Object.entries(meshNetworks(mesh).networks ?? {}))
      for (const { fromRegistry } of endpoints) {
        if (!fromRegistry || known.includes(fromRegistry)) continue;
        const message = `network "${network}" references registry "${fromRegistry}", which is not connected${didYouMean(fromRegistry, known)}`;
        missing(place, { kind: 'Secret', namespace: rootNamespace(mesh) }, message);
      }
  },
});

const remoteClusters = (mesh: Mesh): string[] =>
  mesh.all('Secret').flatMap(({ value, metadata }) => {
    if (metadata.labels?.['istio/multiCluster'] !== 'true') return [];
    return [...Object.keys(value.data ?? {}), ...Object.keys(value.stringData ?? {})];
  });

import { DATAPLANE_MODE, INJECT, NAMESPACE_INJECTION, REVISION } from '../../mesh/injection/injection';
import { injectorOfRevision } from '../../mesh/injection/injector';
import { groupBy } from '../../mesh/grouping';
import type { Mesh } from '../../mesh/mesh';
import { rootNamespace } from '../../mesh/settings/mesh-config';
import { runsProxy } from '../../mesh/workloads/proxy';
import { type Workload, workloads } from '../../mesh/workloads/workloads';
import type { Resource } from '../../source/resource';
import { rule } from '../rule';

/** Kubernetes' own. */
const SYSTEM = new Set(['kube-system', 'kube-public', 'kube-node-lease', 'local-path-storage']);

export default rule({
  name: 'uninjected-namespace',
  category: 'practice',
  severity: 'info',
  isRemark: true,
  summary: 'A namespace has no injection label, so its pods have no sidecars.',
  url: 'https://istio.io/latest/docs/setup/additional-setup/sidecar-injection/',
  docs: `
    The pods of the namespace are outside the mesh: timeouts, retries, mutual TLS and authorization
    do not apply to them, neither as clients nor as servers.

    Fix: label the namespace \`istio-injection: enabled\`, or \`istio.io/rev\` with a revision, or
    \`istio.io/dataplane-mode: ambient\`. \`istio-injection: disabled\` states that this is intended.

    A namespace in which all workloads have their own label is not reported, unlike in \`istioctl
    analyze\`.
  `,
  sameAs: ['IST0102'],
  check({ mesh, report }) {
    const byNamespace = groupBy(workloads(mesh), ({ namespace }) => namespace);
    for (const namespace of mesh.all('Namespace')) {
      if (isDecided(mesh, namespace) || injectorOfRevision(mesh)?.enableNamespacesByDefault) continue;
      const inside = byNamespace.get(namespace.name) ?? [];
      if (inside.length > 0 && inside.every(decidesItself)) continue;
      const pods = inside.length > 0 ? `, so the pods of ${namesOf(inside)} are outside the mesh` : '';
      report(namespace.at(['metadata', 'name']), `namespace "${namespace.name}" has no injection label${pods}`);
    }
  },
});

function isDecided(mesh: Mesh, { name, metadata }: Resource<unknown>): boolean {
  const labels = metadata.labels ?? {};
  if (SYSTEM.has(name) || name === 'istio-system' || name === rootNamespace(mesh)) return true;
  return Boolean(labels[NAMESPACE_INJECTION]) || labels[REVISION] !== undefined || labels[DATAPLANE_MODE] !== undefined;
}

function decidesItself(workload: Workload): boolean {
  const { labels, annotations } = workload.template.value.metadata ?? {};
  return runsProxy(workload) || labels?.[INJECT] !== undefined || annotations?.[INJECT] !== undefined;
}

function namesOf(inside: readonly Workload[]): string {
  const [first, ...others] = inside.filter((workload) => !decidesItself(workload)).map(({ name }) => `"${name}"`);
  return others.length > 0 ? `${first} and ${others.length} more` : first!;
}

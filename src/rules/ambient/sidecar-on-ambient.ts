import { configs } from '../../mesh/settings/configs';
import { NAMESPACE_INJECTION, REVISION, isCaptured } from '../../mesh/injection/injection';
import type { Mesh } from '../../mesh/mesh';
import { namespaceOf } from '../../mesh/settings/namespaces';
import { runsProxy } from '../../mesh/workloads/proxy';
import { isAmbientNamespace } from '../../mesh/ambient/waypoints';
import { workloadsSelected } from '../../mesh/workloads/workloads';
import { rule } from '../rule';

export default rule({
  name: 'sidecar-on-ambient',
  category: 'traffic',
  severity: 'warning',
  summary: 'A Sidecar applies to pods in ambient mode, which have no sidecar.',
  url: 'https://istio.io/latest/docs/reference/config/networking/sidecar/',
  docs: `
    The kind Sidecar limits what the sidecar proxy of a pod imports and where it listens. ztunnel
    and waypoints do not read it, so it has no effect on pods in ambient mode.

    Fix: remove the Sidecar, or run the pods with sidecars.
  `,
  sameAs: ['IST0167'],
  check({ mesh, report }) {
    for (const sidecar of configs(mesh, 'Sidecar')) {
      const { labels = {} } = sidecar.value.spec?.workloadSelector ?? {};
      const isWide = Object.keys(labels).length === 0;
      if (isWide ? !isWhollyAmbient(mesh, sidecar.namespace) : !selectsAmbient(mesh, sidecar.namespace, labels))
        continue;
      const place = isWide ? sidecar.at(['metadata', 'name']) : sidecar.at(['spec', 'workloadSelector']);
      report(place, `this Sidecar has no effect on pods in ambient mode`);
    }
  },
});

function isWhollyAmbient(mesh: Mesh, namespace: string): boolean {
  const { labels } = namespaceOf(mesh, namespace);
  return isAmbientNamespace(mesh, namespace) && labels[NAMESPACE_INJECTION] !== 'enabled' && !labels[REVISION];
}

const selectsAmbient = (mesh: Mesh, namespace: string, labels: Record<string, string>): boolean =>
  workloadsSelected(mesh, labels, namespace).some((workload) => isCaptured(mesh, workload) && !runsProxy(workload));

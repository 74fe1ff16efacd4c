import { configs } from '../../mesh/settings/configs';
import { perMesh } from '../../mesh/memo';
import { rootNamespace } from '../../mesh/settings/mesh-config';
import { proxies, runsProxy } from '../../mesh/workloads/proxy';
import { sidecarFor } from '../../mesh/traffic/sidecar-scope';
import { workloadsSelected } from '../../mesh/workloads/workloads';
import { rule } from '../rule';

export default rule({
  name: 'unused-sidecar',
  category: 'practice',
  severity: 'info',
  isAboutAbsence: true,
  summary: 'All workloads of a Sidecar use another one.',
  url: 'https://istio.io/latest/docs/reference/config/networking/sidecar/',
  docs: `
    A Sidecar applies to the workloads of its namespace that have a proxy and no Sidecar that
    matches them better; in the root namespace, to those of all namespaces that have none. When all
    of these use another one, it has no effect.

    Fix: remove it, or the one that replaces it.
  `,
  check({ mesh, report }) {
    const used = usedSidecars(mesh);
    for (const sidecar of configs(mesh, 'Sidecar')) {
      const { namespace, value } = sidecar;
      const isForMesh = namespace === rootNamespace(mesh);
      const { labels } = value.spec?.workloadSelector ?? {};
      const chosen = workloadsSelected(mesh, labels, isForMesh && !labels ? undefined : namespace).filter(runsProxy);
      if (chosen.length === 0 || used.has(sidecar)) continue;
      report(
        sidecar.at(['metadata', 'name']),
        `this Sidecar is unused: all ${chosen.length} of its workloads use another one`,
      );
    }
  },
});

const usedSidecars = perMesh(
  (mesh) =>
    new Set(
      proxies(mesh)
        .filter(({ kind }) => kind === 'sidecar')
        .map(({ namespace, labels }) => sidecarFor(mesh, namespace, labels)),
    ),
);

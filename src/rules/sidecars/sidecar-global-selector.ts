import { configsIn } from '../../mesh/settings/configs';
import { rootNamespace } from '../../mesh/settings/mesh-config';
import { rule } from '../rule';

export default rule({
  name: 'sidecar-global-selector',
  category: 'traffic',
  severity: 'warning',
  summary: 'A Sidecar in the root namespace has a selector, so it is not the default for the mesh.',
  url: 'https://istio.io/latest/docs/reference/config/networking/sidecar/',
  docs: `
    A Sidecar in the root namespace is the default of all namespaces without one, but only if it has
    no workload selector. With a selector, it applies to workloads of the root namespace only, which
    usually contains only the control plane and gateways.

    Fix: remove the selector, or move the Sidecar to the namespace of the workloads.
  `,
  sameAs: ['KIA1006'],
  check({ mesh, report }) {
    for (const sidecar of configsIn(mesh, 'Sidecar', rootNamespace(mesh)))
      for (const selector of sidecar.each('spec.workloadSelector'))
        if (Object.keys(selector.value.labels ?? {}).length > 0)
          report(
            selector.key,
            `a Sidecar with a selector applies only to workloads of namespace "${sidecar.namespace}", not to the mesh`,
          );
  },
});

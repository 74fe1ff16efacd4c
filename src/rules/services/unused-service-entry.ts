import { configs } from '../../mesh/settings/configs';
import { perMesh } from '../../mesh/memo';
import { meshConfig } from '../../mesh/settings/mesh-config';
import { exportOf } from '../../mesh/traffic/visibility';
import { clientNamespaces, viewsOfMesh } from '../knowledge';
import { rule } from '../rule';

export default rule({
  name: 'unused-service-entry',
  category: 'practice',
  severity: 'info',
  isAboutAbsence: true,
  summary: 'No proxy of the mesh imports the hosts of a ServiceEntry.',
  url: 'https://istio.io/latest/docs/reference/config/networking/service-entry/',
  docs: `
    A ServiceEntry applies to the proxies that import it: \`exportTo\` and the Sidecars of their
    namespaces decide. When no workload of the input imports it, calls to its hosts are calls to
    unknown hosts.

    Fix: export it to the namespaces of its clients and import it in their Sidecars, or remove it.
  `,
  check({ mesh, missing }) {
    const clients = clientNamespaces(mesh);
    if (clients.size === 0 || configs(mesh, 'ServiceEntry').length === 0) return;
    const known = knownHosts(mesh);
    for (const entry of configs(mesh, 'ServiceEntry')) {
      const { hosts = [], exportTo = [] } = entry.value.spec ?? {};
      if (hosts.length === 0 || hosts.some((host) => known.has(host.toLowerCase()))) continue;
      const to = exportOf(exportTo, meshConfig(mesh).defaultServiceExportTo, entry.namespace);
      const unseen = to === 'everywhere' ? undefined : [...to].find((namespace) => !clients.has(namespace));
      missing(
        entry.at(['metadata', 'name']),
        { kind: 'Deployment', namespace: unseen ?? '' },
        `no workload of the mesh imports "${hosts[0]}"`,
      );
    }
  },
});

const knownHosts = perMesh((mesh) => {
  const hosts = new Set<string>();
  for (const { services } of viewsOfMesh(mesh)) for (const host of services.keys()) hosts.add(host.toLowerCase());
  return hosts;
});

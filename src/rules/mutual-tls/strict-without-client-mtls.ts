import { namespacePolicy } from '../../mesh/policies/authentication';
import { configs } from '../../mesh/settings/configs';
import { covers } from '../../mesh/services/hostname';
import type { Mesh } from '../../mesh/mesh';
import { rootNamespace } from '../../mesh/settings/mesh-config';
import {
  everyHost,
  hostsOf,
  isMtlsAutomatic,
  isMutual,
  prescribedTls,
  servicesIn,
  wideRules,
} from '../../mesh/traffic/prescribed-tls';
import { rule } from '../rule';

export default rule({
  name: 'strict-without-client-mtls',
  category: 'security',
  severity: 'error',
  summary: 'A PeerAuthentication requires mutual TLS, but clients do not use it.',
  url: 'https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/',
  docs: `
    With enableAutoMtls off in MeshConfig, proxies send plain text unless a DestinationRule sets
    ISTIO_MUTUAL, and servers in STRICT mode close such connections (503, response flag UC).

    Fix: turn automatic mutual TLS on, or add a DestinationRule for the same hosts ("*.local" for
    the mesh, "*.NAMESPACE.svc.cluster.local" for a namespace).
  `,
  sameAs: ['KIA0401', 'KIA0501'],
  check({ mesh, report }) {
    if (isMtlsAutomatic(mesh)) return;
    for (const policy of configs(mesh, 'PeerAuthentication')) {
      const { namespace } = policy;
      const mode = policy.at(['spec', 'mtls', 'mode']);
      if (mode.value !== 'STRICT' || namespacePolicy(mesh, namespace) !== policy) continue;
      const isMeshWide = namespace === rootNamespace(mesh);
      if (isMeshWide ? isPrescribedEverywhere(mesh) : isPrescribed(mesh, namespace)) continue;
      const host = isMeshWide ? '*.local' : hostsOf(mesh, namespace).hostname;
      report(
        mode,
        `clients use plain text: automatic mutual TLS is off, and no DestinationRule sets ISTIO_MUTUAL for "${host}"`,
        {
          sameAs: [isMeshWide ? 'KIA0401' : 'KIA0501'],
        },
      );
    }
  },
});

const isPrescribedEverywhere = (mesh: Mesh): boolean =>
  wideRules(mesh).some(({ host, tls }) => covers(host, everyHost(mesh)) && isMutual(tls));

function isPrescribed(mesh: Mesh, namespace: string): boolean {
  if (isMutual(prescribedTls(mesh, hostsOf(mesh, namespace)))) return true;
  const services = servicesIn(mesh, namespace);
  return services.length > 0 && services.every((service) => isMutual(prescribedTls(mesh, service)));
}

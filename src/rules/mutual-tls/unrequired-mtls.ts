import { mtlsOf } from '../../mesh/policies/authentication';
import { covers } from '../../mesh/services/hostname';
import { rootNamespace } from '../../mesh/settings/mesh-config';
import { everyHost, isMtlsAutomatic, namespaceOfHosts, wideRules } from '../../mesh/traffic/prescribed-tls';
import { rule } from '../rule';

export default rule({
  name: 'unrequired-mtls',
  category: 'security',
  severity: 'info',
  summary: 'A DestinationRule makes clients use mutual TLS for all services, but no PeerAuthentication requires it.',
  url: 'https://istio.io/latest/docs/reference/config/security/peer_authentication/',
  docs: `
    Servers are PERMISSIVE by default: they accept mutual TLS, so calls succeed, but they also
    accept plain text from every client that can reach them.

    Fix: to require mutual TLS, add a PeerAuthentication with mode STRICT.

    Kiali reports an error, as if servers without a policy refused mutual TLS; they do not. As in
    Kiali, this is only reported with enableAutoMtls off in MeshConfig.
  `,
  sameAs: ['KIA0205', 'KIA0206'],
  check({ mesh, report }) {
    if (isMtlsAutomatic(mesh)) return;
    for (const { host, tls, resource } of wideRules(mesh)) {
      const isMeshWide = covers(host, everyHost(mesh));
      const namespace = isMeshWide ? rootNamespace(mesh) : namespaceOfHosts(mesh, host);
      if (tls.value.mode !== 'ISTIO_MUTUAL' || namespace === undefined) continue;
      const { mode, field } = mtlsOf(mesh, { namespace, labels: {} });
      // By default, servers of Istio 1.4 accept nothing but plain text: that is an error of its own.
      if (field || mode === 'DISABLE') continue;
      // Kiali looks for rules about a namespace in that namespace.
      const ofNamespace = namespace === resource.namespace ? ['KIA0206'] : [];
      report(
        tls.get('mode'),
        `clients use mutual TLS for "${host}", but servers also accept plain text: no PeerAuthentication requires mutual TLS`,
        { sameAs: isMeshWide ? ['KIA0205'] : ofNamespace },
      );
    }
  },
});

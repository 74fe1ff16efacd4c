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
  docs: `
    Servers take mutual TLS without being asked (they are PERMISSIVE by default), so calls succeed.
    But they also take plain text, from anybody who can reach them. Where mutual TLS is meant
    for everybody, add a PeerAuthentication with the mode STRICT.

    Kiali calls it an error, as if servers without a policy refused mutual TLS; they do not. As
    in Kiali, it is said only where enableAutoMtls is off in MeshConfig, so that the rule is all there is.
  `,
  sameAs: ['KIA0205', 'KIA0206'],
  check({ mesh, report }) {
    if (isMtlsAutomatic(mesh)) return;
    for (const { host, tls, resource } of wideRules(mesh)) {
      const isMeshWide = covers(host, everyHost(mesh));
      const namespace = isMeshWide ? rootNamespace(mesh) : namespaceOfHosts(mesh, host);
      if (tls.value.mode !== 'ISTIO_MUTUAL' || namespace === undefined) continue;
      if (mtlsOf(mesh, { namespace, labels: {} }).field) continue;
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

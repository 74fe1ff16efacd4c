import { configs } from '../../mesh/settings/configs';
import { fullHost, isWildcard } from '../../mesh/services/hostname';
import { rootNamespace } from '../../mesh/settings/mesh-config';
import { servicesCalled } from '../../mesh/services/services';
import { clientNamespaces } from '../knowledge';
import { rule } from '../rule';

export default rule({
  name: 'unused-destination-rule',
  category: 'practice',
  severity: 'info',
  isAboutAbsence: true,
  summary: 'A DestinationRule is in a namespace where no client uses it.',
  url: 'https://istio.io/latest/docs/reference/config/networking/destination-rule/',
  docs: `
    A client looks for a DestinationRule in its own namespace, in the namespace of the service and
    in the root namespace, whatever \`exportTo\` says. In a namespace with neither the service nor a
    client, the rule has no effect: its subsets are undefined, its policies are not applied.

    Fix: move the rule to the namespace of the service.
  `,
  check({ mesh, missing }) {
    const clients = clientNamespaces(mesh);
    if (clients.size === 0) return;
    for (const each of configs(mesh, 'DestinationRule')) {
      const { namespace, value } = each;
      const host = fullHost(value.spec?.host ?? '', namespace, mesh.domain);
      if (clients.has(namespace) || namespace === rootNamespace(mesh) || isWildcard(host)) continue;
      const homes = servicesCalled(mesh, host).map((service) => service.namespace);
      if (homes.length === 0 || homes.includes(namespace)) continue;
      missing(
        each.at(['spec', 'host']),
        { kind: 'Deployment', namespace },
        `no client uses a rule for "${host}" in namespace "${namespace}"; move it to namespace "${homes[0]}"`,
      );
    }
  },
});

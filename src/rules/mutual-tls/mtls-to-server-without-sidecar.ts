import { configs } from '../../mesh/settings/configs';
import { fullHost, isWildcard } from '../../mesh/services/hostname';
import type { Mesh } from '../../mesh/mesh';
import { isDefined } from '../../mesh/settings/namespaces';
import { isInMesh, mayBeInMesh } from '../../mesh/policies/policy-enforcers';
import { serviceFor } from '../../mesh/services/services';
import { workloadsOf } from '../../mesh/services/service-workloads';
import { hasOwnBootstrap } from '../../mesh/workloads/proxy';
import type { Workload } from '../../mesh/workloads/workloads';
import type { ClientTLSSettings } from '../../schema/kinds/networking';
import type { Field } from '../../source/field';
import { type Context, rule } from '../rule';

export default rule({
  name: 'mtls-to-server-without-sidecar',
  category: 'security',
  severity: 'error',
  summary: 'A DestinationRule requires mutual TLS to servers without a sidecar.',
  url: 'https://istio.io/latest/docs/reference/config/networking/destination-rule/',
  docs: `
    ISTIO_MUTUAL applies to every server of the host. Servers without a sidecar do not accept mutual
    TLS: connections to them fail (503, response flag UF).

    Fix: remove the TLS settings: with automatic mutual TLS, each proxy knows which servers have a
    sidecar. When only some servers have none, only their share of the requests fails.
  `,
  check(context) {
    for (const destinationRule of configs(context.mesh, 'DestinationRule')) {
      const host = fullHost(destinationRule.value.spec?.host ?? '', destinationRule.namespace, context.mesh.domain);
      if (isWildcard(host)) continue;
      const settings = [
        ...destinationRule.each('spec.trafficPolicy.tls'),
        ...destinationRule.each('spec.trafficPolicy.portLevelSettings[].tls'),
      ].filter(({ value }) => value.mode === 'ISTIO_MUTUAL');
      const bare = settings.length > 0 ? withoutSidecar(context.mesh, host, destinationRule.namespace) : [];
      if (bare.length > 0) for (const tls of settings) reportFault(context, tls, host, bare);
    }
  },
});

function withoutSidecar(mesh: Mesh, host: string, from: string): Workload[] {
  const service = serviceFor(mesh, host, from);
  return service
    ? workloadsOf(mesh, service).filter((server) => !isInMesh(mesh, server) && !hasOwnBootstrap(server))
    : [];
}

/** Whether pods get a sidecar is known only where their namespace is. */
function reportFault(
  { mesh, report, missing }: Context,
  tls: Field<ClientTLSSettings>,
  host: string,
  bare: Workload[],
): void {
  const named = bare.find((server) => !mayBeInMesh(mesh, server));
  const [first] = bare;
  const { title } = (named ?? first!).resource;
  const message = `clients use mutual TLS to "${host}", but ${title} has no sidecar, so requests fail with 503 (response flag UF)`;
  const related = bare.map(({ resource }) => ({
    place: resource.at(['metadata', 'name']),
    message: 'without a sidecar',
  }));
  if (named) report(tls.get('mode'), message, { related });
  else {
    const isMisspelt = bare.every(({ namespace }) => isDefined(mesh, namespace));
    missing(tls.get('mode'), { kind: 'Namespace', namespace: '', isMisspelt }, message, { related });
  }
}

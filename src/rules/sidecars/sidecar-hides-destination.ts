import { serviceFor } from '../../mesh/services/services';
import { configs } from '../../mesh/settings/configs';
import { addTo } from '../../mesh/grouping';
import { fullHost, isWildcard } from '../../mesh/services/hostname';
import { perMesh } from '../../mesh/memo';
import type { Mesh } from '../../mesh/mesh';
import { rootNamespace } from '../../mesh/settings/mesh-config';
import { sidecarScopeFor } from '../../mesh/traffic/sidecar-scope';
import { writtenVirtualServices } from '../../mesh/traffic/virtual-services';
import type { Field } from '../../source/field';
import { type Severity, rule } from '../rule';

export default rule({
  name: 'sidecar-hides-destination',
  category: 'traffic',
  severity: 'warning',
  summary: 'A Sidecar does not import a host that its namespace has configuration for.',
  url: 'https://istio.io/latest/docs/reference/config/networking/sidecar/',
  docs: `
    The workloads of a Sidecar do not know hosts that its egress hosts do not import. Calls to them
    are calls to an unknown host: they pass without routes, policies and mutual TLS, or are refused
    (502, or reset) when the mesh or the Sidecar is REGISTRY_ONLY. A DestinationRule for the host,
    or a VirtualService that is private to the namespace, shows that workloads of the namespace call
    it.

    Fix: add the host to the egress hosts, as \`namespace/host\`.

    A VirtualService that other namespaces receive as well may be intended for them; then the
    finding is info.
  `,
  check({ mesh, report }) {
    for (const { namespace, host, field, severity } of rulesForClients(mesh)) {
      const scope = sidecarScopeFor(mesh, namespace, {});
      const [egress] = scope.sidecar?.each('spec.egress[]') ?? [];
      if (!scope.sidecar || !egress || scope.services.has(host) || !serviceFor(mesh, host, namespace)) continue;
      report(field, `${scope.sidecar.title} does not import "${host}", so this has no effect for its workloads`, {
        related: [{ place: egress.get('hosts').key, message: 'the imported hosts' }],
        severity,
      });
    }
  },
});

interface RuleForClients {
  readonly namespace: string;
  readonly host: string;
  readonly field: Field;
  readonly severity: Severity;
}

/** What a namespace says of hosts of others, for its own workloads; only where it has a Sidecar, or the mesh has. */
function rulesForClients(mesh: Mesh): RuleForClients[] {
  const withSidecar = sidecarNamespaces(mesh);
  if (withSidecar.size === 0) return [];
  const isConcerned = ({ namespace, host }: RuleForClients): boolean => {
    if (isWildcard(host) || !(withSidecar.has(namespace) || withSidecar.has(rootNamespace(mesh)))) return false;
    return serviceFor(mesh, host, namespace)?.namespace !== namespace;
  };
  return [...ofDestinationRules(mesh), ...ofVirtualServices(mesh)].filter(isConcerned);
}

const sidecarNamespaces = perMesh((mesh) => {
  const found = new Map<string, unknown[]>();
  for (const sidecar of configs(mesh, 'Sidecar'))
    if (!sidecar.value.spec?.workloadSelector) addTo(found, sidecar.namespace, sidecar);
  return found;
});

const ofDestinationRules = (mesh: Mesh): RuleForClients[] =>
  configs(mesh, 'DestinationRule')
    .filter(({ namespace, value }) => namespace !== rootNamespace(mesh) && !value.spec?.workloadSelector)
    .map((each) => ({
      namespace: each.namespace,
      host: fullHost(each.value.spec?.host ?? '', each.namespace, mesh.domain),
      field: each.at(['spec', 'host']),
      severity: 'warning',
    }));

const ofVirtualServices = (mesh: Mesh): RuleForClients[] =>
  writtenVirtualServices(mesh).flatMap(({ namespace, gateways, hosts, exportTo }) => {
    if (!gateways.some(({ name }) => name === 'mesh')) return [];
    const isOwn = exportTo !== 'everywhere' && exportTo.size === 1 && exportTo.has(namespace);
    return hosts.map(({ name, field }) => ({ namespace, host: name, field, severity: isOwn ? 'warning' : 'info' }));
  });

import { type Mtls, mtlsOf, namespacePolicy } from '../../mesh/policies/authentication';
import { configs } from '../../mesh/settings/configs';
import { covers, fullHost, isWildcard } from '../../mesh/services/hostname';
import type { Mesh } from '../../mesh/mesh';
import { rootNamespace } from '../../mesh/settings/mesh-config';
import { serverName, serverPorts } from '../../mesh/policies/server-ports';
import {
  type Tls,
  everyHost,
  hostsOf,
  isPlain,
  namespaceOfHosts,
  prescribedPortTls,
} from '../../mesh/traffic/prescribed-tls';
import { serviceFor, services } from '../../mesh/services/services';
import { isSameField } from '../../source/field';
import type { KindMap } from '../../schema/kinds';
import type { Resource } from '../../source/resource';
import { type Context, rule } from '../rule';

type DestinationRule = Resource<KindMap['DestinationRule']>;

export default rule({
  name: 'plaintext-to-strict-server',
  category: 'security',
  severity: 'error',
  summary: 'A DestinationRule disables mutual TLS for clients, but a PeerAuthentication requires it.',
  url: 'https://istio.io/latest/docs/reference/config/security/peer_authentication/',
  docs: `
    A server in STRICT mode closes every connection that is not mutual TLS: clients get 503 with the
    response flag UC, or a connection reset.

    Fix: remove the TLS settings, so that proxies use automatic mutual TLS; or set ISTIO_MUTUAL; or
    make the servers PERMISSIVE.

    Kiali checks rules for whole namespaces and the whole mesh. Here rules for one service are
    checked too, and rules with a wildcard are compared with the policies of single workloads and ports.
  `,
  sameAs: ['KIA0207', 'KIA0208'],
  check(context) {
    for (const destinationRule of configs(context.mesh, 'DestinationRule')) {
      const policies = [
        ...destinationRule.each('spec.trafficPolicy'),
        ...destinationRule.each('spec.subsets[].trafficPolicy'),
      ];
      for (const policy of policies) {
        const ofPorts = policy.each('portLevelSettings[]');
        const apart = ofPorts.flatMap(({ value }) => value.port?.number ?? []);
        for (const tls of policy.each('tls')) checkOne(context, destinationRule, tls, (port) => !apart.includes(port));
        for (const settings of ofPorts)
          for (const tls of settings.each('tls'))
            checkOne(context, destinationRule, tls, (port) => port === settings.value.port?.number);
      }
    }
  },
});

type Governs = (port: number) => boolean;

function checkOne({ mesh, report }: Context, destinationRule: DestinationRule, tls: Tls, governs: Governs): void {
  if (!isPlain(tls)) return;
  const host = fullHost(destinationRule.value.spec?.host ?? '', destinationRule.namespace, mesh.domain);
  const strict = isWildcard(host)
    ? (ofAll(mesh, host) ?? ofAny(mesh, host, destinationRule.namespace, tls))
    : ofOne(mesh, host, destinationRule.namespace, governs);
  if (!strict) return;
  const { mtls, where, sameAs } = strict;
  const how = tls.value.mode === 'SIMPLE' ? 'with TLS but without a mesh certificate' : 'in plain text';
  report(
    tls.get('mode'),
    `clients connect to "${destinationRule.value.spec?.host}" ${how}, but ${where} requires mutual TLS`,
    {
      sameAs: isSaidByKiali(mesh, destinationRule, tls, host) ? sameAs : [],
      related: mtls.field ? [{ place: mtls.field, message: 'requires mutual TLS' }] : [],
    },
  );
}

/** Kiali looks for rules about a namespace in that namespace, and for DISABLE alone. */
function isSaidByKiali(mesh: Mesh, { namespace }: DestinationRule, tls: Tls, host: string): boolean {
  const of = namespaceOfHosts(mesh, host);
  return tls.value.mode !== 'SIMPLE' && (of === undefined || of === namespace);
}

interface Strict {
  mtls: Mtls;
  where: string;
  sameAs: string[];
}

/** Hosts that end alike: what holds for whole namespaces decides. */
function ofAll(mesh: Mesh, host: string): Strict | undefined {
  const root = rootNamespace(mesh);
  const own = namespaceOfHosts(mesh, host);
  if (own !== undefined) return strictNamespace(mesh, own, own === root ? 'KIA0208' : 'KIA0207');
  if (!covers(host, everyHost(mesh))) return undefined;
  const strict = strictNamespace(mesh, root, 'KIA0208');
  if (strict) return { ...strict, where: 'the mesh' };
  const others = configs(mesh, 'PeerAuthentication')
    .filter(
      (policy) =>
        namespacePolicy(mesh, policy.namespace) === policy && covers(host, hostsOf(mesh, policy.namespace).hostname),
    )
    .map(({ namespace }) => strictNamespace(mesh, namespace, ''));
  return others.find(Boolean);
}

/** Hosts that end alike: a server whose own policy requires mutual TLS, and for which this rule is the one that clients use. */
function ofAny(mesh: Mesh, host: string, namespace: string, tls: Tls): Strict | undefined {
  for (const service of services(mesh).filter(({ hostname }) => covers(host, hostname))) {
    const from = namespace === rootNamespace(mesh) ? service.namespace : namespace;
    const refusing = serverPorts(mesh, service).find(
      ({ port, labels, mtls }) =>
        mtls.mode === 'STRICT' &&
        prescribedPortTls(mesh, service, port.number, labels, from).some((each) => isSameField(each, tls)),
    );
    if (refusing) return { mtls: refusing.mtls, where: serverName(refusing, service), sameAs: [] };
  }
  return undefined;
}

function strictNamespace(mesh: Mesh, namespace: string, code: string): Strict | undefined {
  const mtls = mtlsOf(mesh, { namespace, labels: {} });
  if (mtls.mode !== 'STRICT') return undefined;
  const isMeshWide = mtls.field?.resource.namespace === rootNamespace(mesh);
  const sameAs = code === '' ? [] : [isMeshWide ? 'KIA0208' : code];
  return { mtls, where: isMeshWide ? 'the mesh' : `namespace "${namespace}"`, sameAs };
}

function ofOne(mesh: Mesh, host: string, from: string, governs: Governs): Strict | undefined {
  const service = serviceFor(mesh, host, from);
  if (!service) return undefined;
  const strict = serverPorts(mesh, service).find(({ port, mtls }) => governs(port.number) && mtls.mode === 'STRICT');
  return strict && { mtls: strict.mtls, where: serverName(strict, service), sameAs: [] };
}

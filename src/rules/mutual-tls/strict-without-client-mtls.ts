import { type Mtls, namespaceMtls, namespacePolicy } from '../../mesh/policies/authentication';
import { configs } from '../../mesh/settings/configs';
import { covers } from '../../mesh/services/hostname';
import type { Mesh } from '../../mesh/mesh';
import { rootNamespace } from '../../mesh/settings/mesh-config';
import { destinationRulesFor } from '../../mesh/traffic/destination-rules';
import { type ServerPort, serverPorts } from '../../mesh/policies/server-ports';
import type { Service } from '../../mesh/services/service';
import { services } from '../../mesh/services/services';
import {
  type Tls,
  everyHost,
  hostsOf,
  isMtlsAutomatic,
  isMutual,
  prescribedPortTls,
  prescribedTls,
  wideRules,
} from '../../mesh/traffic/prescribed-tls';
import { isGateway } from '../../mesh/workloads/proxy';
import type { KindMap } from '../../schema/kinds';
import { type Field, isSameField } from '../../source/field';
import type { Resource } from '../../source/resource';
import { type Context, rule } from '../rule';

export default rule({
  name: 'strict-without-client-mtls',
  category: 'security',
  severity: 'error',
  summary: 'A PeerAuthentication requires mutual TLS, but clients do not use it.',
  url: 'https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/',
  docs: `
    With enableAutoMtls off in MeshConfig, proxies send plain text unless a DestinationRule sets
    ISTIO_MUTUAL, and servers in STRICT mode close such connections (503, response flag UC). A policy
    for some workloads or for a port is compared with the rules for their Services.

    Automatic mutual TLS looks at the policies of the namespace and of the mesh only. Where these
    say DISABLE, clients send plain text to a workload too whose own policy is STRICT.

    Fix: turn automatic mutual TLS on, or add a DestinationRule for the same hosts ("*.local" for
    the mesh, "*.NAMESPACE.svc.cluster.local" for a namespace).
  `,
  sameAs: ['KIA0401', 'KIA0501'],
  check(context) {
    const { mesh, report } = context;
    if (isMtlsAutomatic(mesh)) return checkDisabled(context);
    const demands = strictServers(mesh);
    for (const policy of configs(mesh, 'PeerAuthentication')) {
      const isWide = namespacePolicy(mesh, policy.namespace) === policy;
      for (const field of strictFields(policy)) {
        const demanded = demands.filter(({ server: { mtls } }) => mtls.field && isSameField(mtls.field, field));
        const lacking = isWide ? lackingInAll(mesh, policy.namespace, demanded) : lackingAt(mesh, demanded);
        if (!lacking) continue;
        report(
          field,
          `clients use plain text: automatic mutual TLS is off, and no DestinationRule sets ISTIO_MUTUAL for "${lacking.host}"`,
          { sameAs: lacking.sameAs },
        );
      }
    }
  },
});

/** Servers of which clients do not know that they require mutual TLS. */
function checkDisabled({ mesh, report }: Context): void {
  const reported = new Set<string>();
  for (const { service, server } of strictServers(mesh)) {
    const { field } = server.mtls;
    const wide = namespaceMtls(mesh, service.namespace);
    if (!field || wide?.mode !== 'DISABLE' || prescribedAt(mesh, { service, server }).length > 0) continue;
    const key = `${field.resource.title} ${field.pathText}`;
    if (reported.has(key)) continue;
    reported.add(key);
    report(
      field,
      `clients of "${service.hostname}" use plain text, because a policy for ${scopeOf(mesh, wide)} disables mutual TLS and no DestinationRule sets ISTIO_MUTUAL`,
      { sameAs: [], related: wide.field ? [{ place: wide.field, message: 'disables mutual TLS' }] : [] },
    );
  }
}

const scopeOf = (mesh: Mesh, { field }: Mtls): string =>
  field?.resource.namespace === rootNamespace(mesh) ? 'the mesh' : 'the namespace';

/** Where a policy requires mutual TLS: for all of its workloads' ports, or for one. */
const strictFields = (policy: Resource<KindMap['PeerAuthentication']>): readonly Field[] =>
  [...policy.each('spec.mtls'), ...policy.each('spec.portLevelMtls{}')]
    .map((mtls) => mtls.child('mode'))
    .filter(({ value }) => value === 'STRICT');

interface StrictServer {
  readonly service: Service;
  readonly server: ServerPort;
}

/** The ports on which sidecars require mutual TLS. */
const strictServers = (mesh: Mesh): StrictServer[] =>
  services(mesh).flatMap((service) =>
    serverPorts(mesh, service)
      .filter(({ mtls, workload }) => mtls.mode === 'STRICT' && !(workload && isGateway(mesh, workload)))
      .map((server) => ({ service, server })),
  );

/** The hosts for which nothing sets mutual TLS, and the checks of Kiali that report them. */
interface Lacking {
  readonly host: string;
  readonly sameAs: string[];
}

/** Of a policy for a namespace or the mesh: all of its hosts, unless a rule is for them all or every server has a rule. */
function lackingInAll(mesh: Mesh, namespace: string, demanded: readonly StrictServer[]): Lacking | undefined {
  const isMeshWide = namespace === rootNamespace(mesh);
  if (isMeshWide ? isPrescribedEverywhere(mesh) : isMutual(prescribedTls(mesh, hostsOf(mesh, namespace))))
    return undefined;
  if (demanded.length > 0 && demanded.every((each) => isPrescribed(mesh, each))) return undefined;
  return isMeshWide
    ? { host: '*.local', sameAs: ['KIA0401'] }
    : { host: hostsOf(mesh, namespace).hostname, sameAs: ['KIA0501'] };
}

/** Of a policy for some workloads: the first service that nothing is said of. What says another TLS is the fault of that rule. */
function lackingAt(mesh: Mesh, demanded: readonly StrictServer[]): Lacking | undefined {
  const lacking = demanded.find((each) => prescribedAt(mesh, each).length === 0 && !isDropped(mesh, each.service));
  return lacking && { host: lacking.service.hostname, sameAs: [] };
}

/** Whether a rule for the service replaces a wider one that sets mutual TLS: `dropped-mtls` reports that. */
const isDropped = (mesh: Mesh, service: Service): boolean =>
  destinationRulesFor(mesh, service, service.namespace).length > 0 &&
  wideRules(mesh).some(({ host, tls }) => covers(host, service.hostname) && isMutual(tls));

const isPrescribedEverywhere = (mesh: Mesh): boolean =>
  wideRules(mesh).some(({ host, tls }) => covers(host, everyHost(mesh)) && isMutual(tls));

const isPrescribed = (mesh: Mesh, each: StrictServer): boolean => prescribedAt(mesh, each).some(isMutual);

const prescribedAt = (mesh: Mesh, { service, server: { port, labels } }: StrictServer): Tls[] =>
  prescribedPortTls(mesh, service, port.number, labels, service.namespace);

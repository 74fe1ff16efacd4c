/** With which TLS DestinationRules have clients call a host, or all hosts that end alike. */
import type { KindMap } from '../../schema/kinds';
import type { ClientTLSSettings } from '../../schema/kinds/networking';
import type { Field } from '../../source/field';
import type { Resource } from '../../source/resource';
import { configs } from '../settings/configs';
import { destinationRulesFor } from './destination-rules';
import { groupBy } from '../grouping';
import { fullHost, isWildcard } from '../services/hostname';
import { perMesh } from '../memo';
import type { Mesh } from '../mesh';
import { meshConfig } from '../settings/mesh-config';
import type { NamespacedHost, Service } from '../services/service';
import { services } from '../services/services';
import { type Labels, selects } from '../workloads/labels';
import { policyFor } from './traffic-policy';

/** The TLS settings of a DestinationRule. */
export type Tls = Field<ClientTLSSettings>;

/** The TLS that clients in a namespace use for a host, as far as a rule says it for all ports. */
export function prescribedTls(mesh: Mesh, host: NamespacedHost, from = host.namespace): Tls | undefined {
  const rule = destinationRulesFor(mesh, host, from).findLast(({ selector }) => !selector);
  return rule?.trafficPolicy?.each('tls')[0];
}

/**
 * The TLS that clients in a namespace use for one port of a service, at servers with some labels: as the rule says for all of
 * them, and for the subsets to which they belong.
 */
export function prescribedPortTls(mesh: Mesh, host: NamespacedHost, port: number, labels: Labels, from: string): Tls[] {
  const rule = destinationRulesFor(mesh, host, from).findLast(({ selector }) => !selector);
  if (!rule) return [];
  const subsets = rule.subsets.filter(({ value }) => selects(value.labels, labels));
  return [undefined, ...subsets].flatMap((subset) => policyFor(rule.trafficPolicy, port, subset).tls ?? []);
}

/** Whether settings have clients show a certificate. */
export const isMutual = (tls: Tls | undefined): boolean =>
  tls?.value.mode === 'ISTIO_MUTUAL' || tls?.value.mode === 'MUTUAL';

/** Whether settings have clients call without a certificate of the mesh; without a mode they are DISABLE. */
export const isPlain = (tls: Tls | undefined): boolean =>
  tls !== undefined && ['DISABLE', 'SIMPLE'].includes(tls.value.mode ?? 'DISABLE');

/** The hosts of all Services of a namespace. */
export const hostsOf = (mesh: Mesh, namespace: string): NamespacedHost => ({
  hostname: `*.${namespace}.svc.${mesh.domain}`,
  namespace,
});

/** The hosts of all Services of the cluster. */
export const everyHost = (mesh: Mesh): string => `*.svc.${mesh.domain}`;

/** The namespace for all of whose Services a rule's host stands; undefined for other hosts. */
export function namespaceOfHosts(mesh: Mesh, host: string): string | undefined {
  const suffix = `.svc.${mesh.domain}`;
  const name = host.startsWith('*.') && host.endsWith(suffix) ? host.slice(2, -suffix.length) : '';
  return name === '' || name.includes('.') ? undefined : name;
}

/** A DestinationRule for all hosts that end alike, that says with which TLS these are called. */
export interface WideRule {
  readonly host: string;
  readonly tls: Tls;
  readonly resource: Resource<KindMap['DestinationRule']>;
}

/** The rules with a wildcard for their host that prescribe a TLS, the oldest first. */
export const wideRules: (mesh: Mesh) => readonly WideRule[] = perMesh((mesh) =>
  configs(mesh, 'DestinationRule').flatMap((resource) => {
    const host = fullHost(resource.value.spec?.host ?? '', resource.namespace, mesh.domain);
    const [tls] = isWildcard(host) ? resource.each('spec.trafficPolicy.tls') : [];
    return tls ? [{ host, tls, resource }] : [];
  }),
);

const byNamespace = perMesh((mesh) => groupBy(services(mesh), ({ namespace }) => namespace));

/** The services that a namespace declares and whose servers are in the mesh. */
export const servicesIn = (mesh: Mesh, namespace: string): readonly Service[] =>
  (byNamespace(mesh).get(namespace) ?? []).filter(({ meshExternal }) => !meshExternal);

/** Whether clients use mutual TLS with servers that can, where nothing is prescribed. */
export const isMtlsAutomatic = (mesh: Mesh): boolean => meshConfig(mesh).enableAutoMtls === true;

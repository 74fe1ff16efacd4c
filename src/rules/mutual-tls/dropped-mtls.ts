import { configs } from '../../mesh/settings/configs';
import { serverName, serverPorts } from '../../mesh/policies/server-ports';
import { destinationRulesFor } from '../../mesh/traffic/destination-rules';
import { covers, fullHost } from '../../mesh/services/hostname';
import type { Mesh } from '../../mesh/mesh';
import { meshConfig, rootNamespace } from '../../mesh/settings/mesh-config';
import { type WideRule, isMtlsAutomatic, prescribedPortTls, wideRules } from '../../mesh/traffic/prescribed-tls';
import { serviceFor } from '../../mesh/services/services';
import { exportOf, reaches } from '../../mesh/traffic/visibility';
import type { KindMap } from '../../schema/kinds';
import type { Field } from '../../source/field';
import type { Resource } from '../../source/resource';
import { namespaceInHost } from '../destinations/hosts';
import { type Severity, rule } from '../rule';

type DestinationRule = Resource<KindMap['DestinationRule']>;

export default rule({
  name: 'dropped-mtls',
  category: 'security',
  severity: 'warning',
  summary: 'A DestinationRule without TLS settings replaces a less specific one that requires mutual TLS.',
  url: 'https://istio.io/latest/docs/reference/config/networking/destination-rule/',
  docs: `
    Istio uses only the most specific DestinationRule for a host and inherits nothing from wider
    ones, so the TLS settings of the wider rule do not apply to this host. Wider rules are those of
    the client's namespace, the service's namespace and the root namespace. With automatic mutual
    TLS, which is the default, proxies still use mutual TLS with servers that have a sidecar, and
    the finding is a remark, which is only reported with \`--world closed\`. With enableAutoMtls off,
    they send plain text, which is an error where a server requires mutual TLS: clients get 503.

    Fix: repeat the TLS settings in the narrower rule, or remove those of the wider one.
  `,
  sameAs: ['KIA0204'],
  check({ mesh, report }) {
    const mutual = wideRules(mesh).filter(({ tls }) => tls.value.mode === 'ISTIO_MUTUAL');
    if (mutual.length === 0) return;
    const automatic = isMtlsAutomatic(mesh);
    for (const destinationRule of configs(mesh, 'DestinationRule')) {
      const hidden = hides(mesh, destinationRule, mutual);
      if (!hidden) continue;
      const { effect, ...details } = automatic ? REMARK : plainText(mesh, destinationRule);
      report(
        placeOf(destinationRule),
        `this rule has no TLS settings and replaces ${hidden.resource.title}, which requires mutual TLS: ${effect}`,
        { ...details, related: [{ place: hidden.tls.get('mode'), message: 'replaced setting' }] },
      );
    }
  },
});

interface Effect {
  readonly effect: string;
  readonly severity: Severity;
  readonly isRemark?: true;
}

const REMARK: Effect = { effect: 'only automatic mutual TLS remains', severity: 'info', isRemark: true };

/** What comes of plain text: where a server requires mutual TLS, every request fails. */
function plainText(mesh: Mesh, { namespace, value }: DestinationRule): Effect {
  const service = serviceFor(mesh, value.spec?.host ?? '', namespace);
  const refusing =
    service &&
    serverPorts(mesh, service).find(
      ({ port, labels, mtls }) =>
        mtls.mode === 'STRICT' && prescribedPortTls(mesh, service, port.number, labels, namespace).length === 0,
    );
  if (!refusing) return { effect: 'clients use plain text', severity: 'warning' };
  const where = serverName(refusing, service);
  return { effect: `clients use plain text, but ${where} requires mutual TLS`, severity: 'error' };
}

const placeOf = (destinationRule: DestinationRule): Field =>
  destinationRule.each('spec.trafficPolicy')[0]?.key ?? destinationRule.at(['spec', 'host']);

/** The wider rule whose mutual TLS a rule does away with. */
function hides(mesh: Mesh, destinationRule: DestinationRule, mutual: readonly WideRule[]): WideRule | undefined {
  const { value, namespace } = destinationRule;
  const settings = [value.spec?.trafficPolicy ?? {}, ...(value.spec?.trafficPolicy?.portLevelSettings ?? [])];
  if (value.spec?.workloadSelector || settings.some(({ tls }) => tls)) return undefined;
  const host = fullHost(value.spec?.host ?? '', namespace, mesh.domain);
  const wider = mutual.find(
    (each) => each.host !== host && covers(each.host, host) && isFollowed(mesh, each, host, namespace),
  );
  return wider && !isMerged(mesh, destinationRule, host) ? wider : undefined;
}

/** Whether clients in a namespace would follow the wider rule for a host: it is their own, or exported to them from where they look next. */
function isFollowed(mesh: Mesh, { resource }: WideRule, host: string, namespace: string): boolean {
  if (resource.namespace === namespace) return true;
  if (![namespaceInHost(mesh, host), rootNamespace(mesh)].includes(resource.namespace)) return false;
  const defaults = meshConfig(mesh).defaultDestinationRuleExportTo;
  return reaches(exportOf(resource.value.spec?.exportTo ?? [], defaults, resource.namespace), namespace);
}

/** Rules of one host and namespace are one: the TLS may come from another part. */
function isMerged(mesh: Mesh, destinationRule: DestinationRule, host: string): boolean {
  const { namespace } = destinationRule;
  const known = serviceFor(mesh, host, namespace) ?? { hostname: host, namespace };
  const rules = destinationRulesFor(mesh, known, namespace);
  return rules.some(({ from, trafficPolicy }) => from.includes(destinationRule) && trafficPolicy?.value.tls);
}

/** What Istio's filters want to know of a cluster. */
import type { Metadata } from '../../envoy/config';
import type { DestinationRule } from '../../mesh/traffic/destination-rules';
import type { Service } from '../../mesh/services/service';
import { endpointsOfPort } from '../../mesh/services/services';
import { takesTunnels } from '../../mesh/ambient/waypoint-resources';
import type { Push } from '../context';
import type { Mode } from './outbound-discovery';
import { type Target } from './target';

const istio = (fields: Record<string, unknown>): { metadata?: Metadata } =>
  Object.keys(fields).length > 0 ? { metadata: { filterMetadata: { istio: fields } } } : {};

/** istio: buildServiceMetadata */
const named = ({ hostname, name, namespace }: Pick<Service, 'hostname' | 'name' | 'namespace'>) => ({
  host: hostname,
  name,
  namespace,
});

/** Where a rule is in the API. istio: util.AddConfigInfoMetadata */
const configOf = ({ namespace, name }: DestinationRule): string =>
  `/apis/networking.istio.io/v1/namespaces/${namespace}/destination-rule/${name}`;

/** The rule, and that it rules out Istio's own protocol names. istio: util.AddConfigInfoMetadata, AddALPNOverrideToMetadata */
function ofRule({ rule, policy }: Target): Record<string, string> {
  const mode = policy.tls?.value.mode;
  if (!rule) return {};
  return { config: configOf(rule), ...((mode === 'SIMPLE' || mode === 'MUTUAL') && { alpn_override: 'false' }) };
}

/** istio: addTelemetryMetadata, applyDestinationRule, buildSubsetCluster */
export function outboundMetadata(push: Push, target: Target, mode: Mode) {
  const { service, subset } = target;
  return istio({
    services: [named(service)],
    ...(subset ? { subset: subset.value.name } : outside(push, target, mode)),
    ...ofRule(target),
  });
}

function outside({ mesh }: Push, { service, port }: Target, mode: Mode): Record<string, boolean> {
  const endpoints = mode === 'default' ? endpointsOfPort(mesh, service, port.number) : [];
  if (endpoints.length > 0 && endpoints.every((each) => takesTunnels(mesh, each))) return { disable_mx: true };
  return service.meshExternal ? { external: true } : {};
}

/** Of the services at one port; a service outside the mesh is not named. istio: addTelemetryMetadata */
export function inboundMetadata(
  services: readonly Pick<Service, 'hostname' | 'name' | 'namespace'>[],
  rule: DestinationRule | undefined,
) {
  const byHost = new Map(services.map((service) => [service.hostname, service]));
  return istio({ services: [...byHost.values()].map(named), ...(rule && { config: configOf(rule) }) });
}

/** Of a cluster of a waypoint: the service, the kind of traffic and the subset, and the rule that says anything of traffic. */
export const vipMetadata = ({ service, rule, subset }: Target, key: string) =>
  istio({
    services: [named(service)],
    ...(rule && (rule.trafficPolicy || subset?.value.trafficPolicy) && { config: configOf(rule) }),
    subset: key,
  });

/** Of a service whose names are resolved one by one: only that it is outside, and the rule. */
export const forwardedMetadata = (target: Target) =>
  istio({ ...(target.service.meshExternal && { external: true }), ...ofRule(target) });

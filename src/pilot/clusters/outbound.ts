/** The clusters that lead to the services a proxy knows. */
import type { Cluster, CommonLbConfig, DiscoveryType } from '../../envoy/config';
import type { Service, ServicePort } from '../../mesh/service';
import { endpointsOfPort } from '../../mesh/services';
import type { Push } from '../context';
import { ruleFor } from '../destination-rule';
import { type Wanted, asEndpoints, groupsOf, inPreference } from '../endpoints/build';
import { type LocalitySettings, localitySettings } from '../endpoints/locality-settings';
import { from } from '../origins';
import { delimited, statPrefix } from '../stat-prefix';
import { sniKey, subsetKey } from '../subset-key';
import { connectionPool, percentage } from './connection-pool';
import { discoveryType, dns, eds, holding, isDns, isForwarded, originalDestination } from './discovery';
import { dynamicForwardProxy } from './dynamic-forward-proxy';
import { pooledOptions, protocolOptions, speaksHttp2, typedOptions, upgraded } from './http-options';
import { loadBalancer } from './load-balancer';
import { METADATA_EXCHANGE } from './metadata-exchange';
import { outboundMetadata } from './metadata';
import { outlierDetection } from './outlier-detection';
import type { Field } from '../../source/field';
import { type Target, connectionPoolOf, outlierDetectionOf, targetOf } from './target';
import { transport } from './transport';

/** Whether a cluster ends the TLS of its clients, or hands it through to where its server name says. istio: ClusterMode */
export type Mode = 'default' | 'sni-dnat';

/** The clusters of all ports of a service, each followed by those of its subsets. istio: buildOutboundClusters */
export function outboundClusters(push: Push, service: Service, mode: Mode = 'default'): Cluster[] {
  if (service.resolution === 'alias') return [];
  const rule = ruleFor(push, service.hostname);
  const ports = service.ports.filter(({ protocol }) => protocol !== 'UDP');
  if (mode === 'default' && isForwarded(service))
    return ports.flatMap((port) => dynamicForwardProxy(push, targetOf(service, port, rule)));
  return ports.flatMap((port) => clustersOf(push, service, port, mode));
}

function clustersOf(push: Push, service: Service, port: ServicePort, mode: Mode): Cluster[] {
  const rule = ruleFor(push, service.hostname);
  const whole = clusterOf(push, targetOf(service, port, rule), discoveryType(push, service), mode);
  if (!whole) return [];
  const subsets = (rule?.subsets ?? []).flatMap(
    (subset) => clusterOf(push, targetOf(service, port, rule, subset), whole.type ?? 'STATIC', mode) ?? [],
  );
  return [whole, ...subsets];
}

/** Nothing for a service that is resolved but has no endpoints. istio: buildCluster, applyDestinationRule, buildSubsetCluster */
function clusterOf(push: Push, target: Target, discovered: DiscoveryType, mode: Mode): Cluster | undefined {
  const { port, policy, subset } = target;
  const name = nameOf(target, mode);
  const isPassedThrough = policy.loadBalancer?.value.simple === 'PASSTHROUGH';
  const type = isPassedThrough ? 'ORIGINAL_DST' : discovered;
  const found = discoveryOf(push, target, name, subset && isPassedThrough ? type : discovered, mode);
  if (!found) return undefined;
  const { loadAssignment, ...discovery } = found;
  const pool = connectionPoolOf(push, target);
  const http = pooledOptions(upgraded(push, protocolOptions(push, port.protocol), port.protocol, pool), pool);
  const ejection = outlierDetectionOf(push, target);
  const { sockets, names } =
    mode === 'default' ? transport(push, target, type, speaksHttp2(http)) : { sockets: {}, names: undefined };
  return from(push.origins, subset ?? port.field, {
    name,
    altStatName: delimited(statNameOf(push, target, name)),
    type,
    ...discovery,
    ...(type !== 'ORIGINAL_DST' && loadAssignment && { loadAssignment }),
    ...(type === 'EDS' && eds(name)),
    ...withOrigin(push, policy.connectionPool, connectionPool(push, pool, policy.retryBudget?.value)),
    ...withOrigin(push, policy.outlierDetection, ejection && { outlierDetection: outlierDetection(ejection) }),
    commonLbConfig: commonLbConfig(push, target),
    ...(type === 'ORIGINAL_DST'
      ? { lbPolicy: 'CLUSTER_PROVIDED' }
      : withOrigin(push, policy.loadBalancer, loadBalancer(policy.loadBalancer?.value))),
    ...sockets,
    ...typedOptions(http, names),
    filters: METADATA_EXCHANGE,
    ...outboundMetadata(push, target),
  });
}

/** Part of a cluster, each piece of which was made from a setting. */
function withOrigin<Part extends Partial<Cluster> | undefined>({ origins }: Push, field: Field | undefined, part: Part): Part {
  for (const piece of Object.values(part ?? {}))
    if (piece !== null && typeof piece === 'object') from(origins, field, piece);
  return part;
}

function nameOf({ service, port, subset }: Target, mode: Mode): string {
  const { name = '' } = subset?.value ?? {};
  return mode === 'default'
    ? subsetKey('outbound', name, service.hostname, port.number)
    : sniKey(name, service.hostname, port.number);
}

function statNameOf({ meshConfig }: Push, { service, port, subset }: Target, name: string): string {
  const { outboundClusterStatName: pattern } = meshConfig;
  if (!pattern) return name;
  return statPrefix(pattern, { service, port, subset: subset?.value.name ?? '', targetPort: 0 });
}

/** What the cluster says of its endpoints; nothing where it should hold some and there are none. */
function discoveryOf(
  push: Push,
  target: Target,
  name: string,
  type: DiscoveryType,
  mode: Mode,
): Partial<Cluster> | undefined {
  const { service, port } = target;
  if (type === 'ORIGINAL_DST') return originalDestination(service, port);
  if (!isDns(type)) return {};
  const endpoints = heldEndpoints(push, target, mode);
  return endpoints.length > 0 ? { ...dns(push, service), ...holding(name, endpoints) } : undefined;
}

/** istio: EndpointBuilder.FromServiceEndpoints */
function heldEndpoints(push: Push, target: Target, mode: Mode) {
  const { service, port, rule, subset, policy } = target;
  const wanted: Wanted = {
    service,
    port: port.number,
    rule,
    subset: subset?.value.name ?? '',
    policy,
    passesTls: mode === 'sni-dnat',
  };
  const groups = groupsOf(push, wanted, endpointsOfPort(push.mesh, service, port.number));
  return asEndpoints(inPreference(push, wanted, groups, outlierDetectionOf(push, target) !== undefined));
}

/** istio: applyOutlierDetection, LBSettings.ApplyToCluster */
function commonLbConfig(push: Push, target: Target): CommonLbConfig {
  const { service, policy } = target;
  const ejection = outlierDetectionOf(push, target);
  const settings = localitySettings(push, policy.loadBalancer?.value, service);
  const least = service.trafficDistribution === 'any' ? (ejection?.minHealthPercent ?? 0) : 0;
  return {
    healthyPanicThreshold: percentage(least),
    ...(settings && byPlace(settings, ejection !== undefined)),
    ...(hasPersistentSession(service) && { overrideHostStatus: { statuses: OVERRIDABLE } }),
  };
}

const OVERRIDABLE = ['HEALTHY', 'DRAINING', 'UNKNOWN', 'DEGRADED'];

const hasPersistentSession = ({ labels }: Service): boolean =>
  Boolean(labels['istio.io/persistent-session'] || labels['istio.io/persistent-session-header']);

function byPlace(settings: LocalitySettings, failsOver: boolean): CommonLbConfig {
  if (settings.kind === 'zone-aware') {
    const { enabled = true, minClusterSize } = settings.setting;
    const size = minClusterSize === undefined ? {} : { minClusterSize: String(minClusterSize) };
    return { zoneAwareLbConfig: enabled ? size : { routingEnabled: {}, ...size } };
  }
  const { failover, failoverPriority, distribute } = settings.setting;
  const isOrdered = (failsOver || settings.forced) && (failover?.length || failoverPriority?.length);
  return isOrdered || distribute?.length ? { localityWeightedLbConfig: {} } : {};
}

/** The clusters that lead to the services a proxy knows. */
import type { Cluster, DiscoveryType } from '../../envoy/config';
import type { Service, ServicePort } from '../../mesh/services/service';
import type { Field } from '../../source/field';
import type { Push } from '../context';
import { ruleFor } from '../destination-rule';
import { from } from '../origins';
import { delimited, statPrefix } from '../stat-prefix';
import { sniKey, subsetKey } from '../subset-key';
import { commonLbConfig, sessionHosts } from './common-lb';
import { connectionPool } from './connection-pool';
import { discoveryType, isForwarded } from './discovery';
import { dynamicForwardProxy } from './dynamic-forward-proxy';
import { outboundHttp, speaksHttp2, typedOptions } from './http-options';
import { loadBalancer } from './load-balancer';
import { METADATA_EXCHANGE } from './metadata-exchange';
import { outboundMetadata } from './metadata';
import { type Mode, discovery } from './outbound-discovery';
import { outlierDetection } from './outlier-detection';
import { type Target, connectionPoolOf, outlierDetectionOf, targetOf } from './target';
import { type Transport, transport } from './transport';

/** The clusters of all ports of a service, each followed by those of its subsets. istio: buildOutboundClusters */
export function outboundClusters(push: Push, service: Service, mode: Mode = 'default'): Cluster[] {
  if (service.resolution === 'alias') return [];
  const ports = service.ports.filter(({ protocol }) => protocol !== 'UDP');
  if (mode === 'sni-dnat' || !isForwarded(service))
    return ports.flatMap((port) => clustersOf(push, service, port, mode));
  const rule = ruleFor(push, service.hostname);
  return ports.flatMap((port) => dynamicForwardProxy(push, targetOf(service, port, rule)));
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

const NO_TRANSPORT: Transport = { sockets: {} };

/** Nothing for a service that is resolved but has no endpoints. istio: buildCluster, applyDestinationRule, buildSubsetCluster */
function clusterOf(push: Push, target: Target, found: DiscoveryType, mode: Mode): Cluster | undefined {
  const { port, subset } = target;
  const name = nameOf(target, mode);
  const discovered = discovery(push, target, name, found, mode);
  if (!discovered) return undefined;
  const { type, part } = discovered;
  const http = outboundHttp(push, port.protocol, connectionPoolOf(push, target));
  const { sockets, names, decidedBy } =
    mode === 'default' ? transport(push, target, type, speaksHttp2(http)) : NO_TRANSPORT;
  if (decidedBy) push.transports.set(name, decidedBy);
  return from(push.origins, subset ?? port.field, {
    name,
    altStatName: delimited(statNameOf(push, target, name)),
    type,
    ...part,
    ...policyParts(push, target, type),
    ...sockets,
    ...typedOptions(http, names),
    filters: METADATA_EXCHANGE,
    ...outboundMetadata(push, target, mode),
  });
}

/** What a DestinationRule says of connections, failing endpoints, and the choice among the others. istio: applyTrafficPolicy */
function policyParts(push: Push, target: Target, type: DiscoveryType): Partial<Cluster> {
  const { policy } = target;
  const pool = connectionPoolOf(push, target);
  const ejection = outlierDetectionOf(push, target);
  return {
    ...made(push, policy.connectionPool, connectionPool(push, pool, policy.retryBudget?.value)),
    ...made(push, policy.outlierDetection, ejection ? { outlierDetection: outlierDetection(ejection) } : {}),
    commonLbConfig: { ...commonLbConfig(push, target), ...sessionHosts(target.service) },
    ...(type === 'ORIGINAL_DST'
      ? { lbPolicy: 'CLUSTER_PROVIDED' }
      : made(push, policy.loadBalancer, loadBalancer(policy.loadBalancer?.value))),
  };
}

/** A part of a cluster, each piece of which was made from a setting. */
function made<Part extends Partial<Cluster>>({ origins }: Push, setting: Field | undefined, part: Part): Part {
  for (const piece of Object.values(part))
    if (piece !== null && typeof piece === 'object') from(origins, setting, piece);
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

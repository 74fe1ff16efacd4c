/** How an outbound cluster finds its endpoints, and those that it holds itself. */
import type { Cluster, DiscoveryType, LocalityLbEndpoints } from '../../envoy/config';
import { endpointsOfPort } from '../../mesh/services/services';
import type { Push } from '../context';
import { type Wanted, asEndpoints, groupsOf, inPreference } from '../endpoints/build';
import { dns, eds, holding, isDns, originalDestination } from './discovery';
import { type Target, outlierDetectionOf, wholePolicy } from './target';

/** Whether a cluster ends the TLS of its clients, or hands it through to where its server name says. istio: ClusterMode */
export type Mode = 'default' | 'sni-dnat';

/** What a cluster says of its endpoints. */
export interface Discovery {
  readonly type: DiscoveryType;
  readonly part: Partial<Cluster>;
}

/**
 * Nothing where a cluster should hold endpoints and there are none. Where connections go to the address that was called, there is
 * nothing to find. istio: buildCluster, with what applyLoadBalancer makes of PASSTHROUGH
 */
export function discovery(
  push: Push,
  target: Target,
  name: string,
  found: DiscoveryType,
  mode: Mode,
): Discovery | undefined {
  const { service, port, policy, subset } = target;
  const type = policy.loadBalancer?.value.simple === 'PASSTHROUGH' ? 'ORIGINAL_DST' : found;
  const isOwnChoice = subset !== undefined && wholePolicy(target).loadBalancer?.value.simple === 'PASSTHROUGH';
  const looked = isOwnChoice ? 'ORIGINAL_DST' : found;
  if (looked === 'ORIGINAL_DST') return { type, part: originalDestination(service, port) };
  if (!isDns(looked)) return { type, part: type === 'EDS' ? eds(name) : {} };
  const endpoints = heldEndpoints(push, target, name, mode);
  if (endpoints.length === 0) return undefined;
  return { type, part: { ...dns(push, service), ...(type === looked && holding(name, endpoints)) } };
}

/** istio: EndpointBuilder.FromServiceEndpoints */
function heldEndpoints(push: Push, target: Target, name: string, mode: Mode): LocalityLbEndpoints[] {
  const { service, port, rule, subset, policy } = target;
  const wanted: Wanted = {
    service,
    port: port.number,
    rule,
    subset: subset?.value.name ?? '',
    policy,
    passesTls: mode === 'sni-dnat',
    isVip: push.proxy.kind === 'waypoint' && name.startsWith('inbound-vip'),
  };
  const groups = groupsOf(push, wanted, endpointsOfPort(push.mesh, service, port.number));
  const failsOver = outlierDetectionOf(push, target) !== undefined;
  // In a subset Pilot does not look at labels for what is near.
  const labels = subset ? {} : push.proxy.workloadLabels;
  return asEndpoints(inPreference(push, wanted, groups, { failsOver, labels }));
}

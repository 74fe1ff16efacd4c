/** The endpoints behind a cluster, as the proxy sees them. */
import type { LbEndpoint, LocalityLbEndpoints } from '../../envoy/config';
import type { DestinationRule } from '../../mesh/traffic/destination-rules';
import { groupBy } from '../../mesh/grouping';
import { alphabetically } from '../../mesh/services/hostname';
import { type Labels, selects } from '../../mesh/workloads/labels';
import type { Endpoint, Service } from '../../mesh/services/service';
import type { EffectivePolicy } from '../../mesh/traffic/traffic-policy';
import { valueAt } from '../../source/path';
import { type Push, perPush } from '../context';
import { type Group, type Member, toEnvoy, weightOf } from './groups';
import { type EndpointTransport, isDraining, isMtls, lbEndpoint } from './lb-endpoint';
import { localitySettings } from './locality-settings';
import { mtlsChecker } from './mtls';
import { acrossNetworks } from './networks';
import { preferred } from './preference';

/** A cluster whose endpoints are wanted. */
export interface Wanted {
  readonly service: Service;
  readonly port: number;
  readonly rule: DestinationRule | undefined;
  /** The name of the subset; empty for all endpoints. */
  readonly subset: string;
  readonly policy: EffectivePolicy;
  /** Whether the cluster passes on the TLS of clients, so that only endpoints with mutual TLS may be in it. */
  readonly passesTls: boolean;
  /** Whether the cluster is one of those by which a waypoint serves services. */
  readonly isVip?: boolean;
  /** The address and port that is asked of waypoints, where the endpoints are such. */
  readonly target?: string;
}

/** The groups of endpoints by place, all with the same priority. istio: EndpointBuilder.generate */
export function groupsOf(push: Push, wanted: Wanted, endpoints: readonly Endpoint[]): readonly Group[] {
  const { rule, subset, port, service, policy } = wanted;
  const labels = rule?.subsets.find(({ value }) => value.name === subset)?.value.labels;
  const hasMtls = mtlsChecker(push.mesh, rule, subset, port);
  const sendsUnhealthy = takesUnhealthy(service, policy);
  const kept = endpoints.filter(
    (endpoint) =>
      selects(subset === '' ? undefined : labels, endpoint.labels) && isSent(push, service, endpoint, sendsUnhealthy),
  );
  const byPlace = [...groupBy(kept, ({ locality }) => locality)];
  byPlace.sort(([one], [other]) => alphabetically(one, other));
  const groups = byPlace.map(([place, group]) => {
    const members = group.map((endpoint) =>
      memberOf(push, endpoint, { mtls: hasMtls(endpoint), fromWaypoint: wanted.isVip ?? false, target: wanted.target }),
    );
    return { place, members, priority: 0, weight: weightOf(members) };
  });
  const near = acrossNetworks(push, service, groups);
  return wanted.passesTls ? near.map(withMtlsOnly) : near;
}

/** istio: EndpointBuilder.EndpointsWithMTLSFilter */
function withMtlsOnly(group: Group): Group {
  const members = group.members.filter(({ lb }) => isMtls(lb));
  return { ...group, members, weight: members.length > 0 ? weightOf(members) : undefined };
}

const built = perPush(() => new Map<string, Map<Endpoint, Member>>());

/** An endpoint is the same in every cluster that it is in. */
function memberOf(push: Push, endpoint: Endpoint, transport: EndpointTransport): Member {
  const key = `${transport.mtls} ${transport.fromWaypoint} ${transport.target ?? ''}`;
  const known = built(push).get(key) ?? new Map<Endpoint, Member>();
  built(push).set(key, known);
  const before = known.get(endpoint);
  if (before) return before;
  const lb: LbEndpoint = lbEndpoint(push.mesh, endpoint, transport);
  const member = { labels: endpoint.labels, network: endpoint.network, lb };
  known.set(endpoint, member);
  return member;
}

/**
 * Whether endpoints that are not ready are sent, so that Envoy knows how many there are: not where a part of them must be healthy.
 * istio: supportsUnhealthyEndpoints
 */
function takesUnhealthy({ trafficDistribution }: Service, { outlierDetection }: EffectivePolicy): boolean {
  return trafficDistribution !== 'any' || !outlierDetection?.value.minHealthPercent;
}

const PERSISTENT_SESSION = 'istio.io/persistent-session';

/** istio: EndpointBuilder.filterIstioEndpoint */
function isSent(push: Push, service: Service, endpoint: Endpoint, sendsUnhealthy: boolean): boolean {
  const { health, nodeName } = endpoint;
  if (service.nodeLocal && nodeName !== ownNode(push)) return false;
  if (health === 'terminating' || (health === 'unhealthy' && !sendsUnhealthy)) return false;
  return !isDraining(endpoint) || Boolean(service.labels[PERSISTENT_SESSION]);
}

/** The node that the proxy itself runs on. */
const ownNode = perPush(({ proxy }) => valueAt(proxy.field.value, ['spec', 'nodeName']) ?? '');

/** By what a proxy prefers endpoints: its labels, and whether there is anything that finds endpoints failing. */
export interface Viewpoint {
  readonly labels: Labels;
  readonly failsOver: boolean;
}

/** The groups with the proxy's preferences. istio: LBSettings.ApplyToLoadAssignment */
export function inPreference(
  push: Push,
  { service, policy }: Wanted,
  groups: readonly Group[],
  { labels, failsOver }: Viewpoint,
): readonly Group[] {
  const settings = localitySettings(push, policy.loadBalancer?.value, service);
  if (!settings) return groups;
  return preferred(groups, settings, { place: push.proxy.locality, labels }, failsOver);
}

/** The groups as Envoy reads them. */
export const asEndpoints = (groups: readonly Group[]): LocalityLbEndpoints[] => groups.map(toEnvoy);

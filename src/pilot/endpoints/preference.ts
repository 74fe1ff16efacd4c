/** Which endpoints a proxy prefers: shares of traffic by place, or priorities, the lower of which takes over when others fail. */
import type { Locality } from '../../envoy/config';
import type { Labels } from '../../mesh/workloads/labels';
import { groupBy } from '../../mesh/grouping';
import type { LocalityLoadBalancerSetting, LocalityLoadBalancerSettingDistribute } from '../../schema/kinds/networking';
import { type Group, localityOf, weightOf } from './groups';
import type { LocalitySettings } from './locality-settings';
import { own } from '../../source/own';

/** Where a proxy is, by its locality and its labels. */
export interface Viewer {
  readonly place: string;
  readonly labels: Labels;
}

/**
 * The groups as a proxy prefers them. Without anything that finds endpoints failing (`failsOver`) nothing would ever take over.
 * istio: LBSettings.ApplyToLoadAssignment
 */
export function preferred(
  groups: readonly Group[],
  settings: LocalitySettings,
  viewer: Viewer,
  failsOver: boolean,
): readonly Group[] {
  switch (settings.kind) {
    case 'locality':
      return byLocality(groups, settings.setting, viewer, failsOver || settings.forced);
    case 'zone-aware': {
      const { enabled = true, failoverPriority = [], failover = [] } = settings.setting;
      if (!enabled) return groups;
      const prioritised = failoverPriority.length > 0 ? byLabels(groups, viewer, failoverPriority) : groups;
      return byRegion(prioritised, viewer, failover);
    }
  }
}

/** istio: loadbalancer.ApplyLocalityLoadBalancer */
function byLocality(
  groups: readonly Group[],
  { distribute, failoverPriority = [], failover = [] }: LocalityLoadBalancerSetting,
  viewer: Viewer,
  failsOver: boolean,
): readonly Group[] {
  if (distribute?.length) return distributed(groups, distribute, viewer);
  if (!failsOver) return groups;
  if (failoverPriority.length === 0) return byDistance(groups, viewer, failover);
  const prioritised = byLabels(groups, viewer, failoverPriority);
  return failover.length > 0 ? byDistance(prioritised, viewer, failover) : prioritised;
}

/** istio: loadbalancer.applyLocalityWeights */
function distributed(
  groups: readonly Group[],
  rules: readonly LocalityLoadBalancerSettingDistribute[],
  viewer: Viewer,
): readonly Group[] {
  const rule = rules.find(({ from = '' }) => isIn(viewer.place, from));
  if (!rule) return groups;
  const weights = new Map<Group, number>();
  for (const [pattern, share] of Object.entries(rule.to ?? {})) {
    const chosen = groups.filter((group) => !weights.has(group) && isIn(group.place, pattern));
    const total = chosen.reduce((sum, { weight = 1 }) => sum + weight, 0);
    for (const group of chosen) {
      const { weight = 1 } = group;
      weights.set(group, Math.ceil((weight * share) / total) || weight);
    }
  }
  // Places that get no share keep their name, without endpoints.
  return groups.map((group) =>
    weights.has(group) ? { ...group, weight: weights.get(group) } : { ...group, members: [] },
  );
}

/** Whether a place is one that a pattern such as `us-east/*` means. istio: util.LocalityMatch */
function isIn(place: string, pattern: string): boolean {
  const { region = '', zone = '', subZone = '' } = localityOf(place);
  const [wantedRegion = '', wantedZone = '', wantedSubZone = ''] = pattern.split('/');
  return (
    (wantedRegion === '*' || wantedRegion === region) &&
    ['*', '', zone].includes(wantedZone) &&
    ['*', '', subZone].includes(wantedSubZone)
  );
}

type Failover = readonly { from?: string; to?: string }[];

/** Of a region that is not the proxy's, whether it is the one that takes over. */
function isTakenOver(
  { region: place = '' }: Locality,
  { region = '' }: Locality,
  failover: Failover,
): boolean | undefined {
  const rule = failover.find(({ from = '' }) => from === region);
  return rule && place === rule.to;
}

/** istio: loadbalancer.applyLocalityFailover */
function byDistance(groups: readonly Group[], viewer: Viewer, failover: Failover): readonly Group[] {
  const own = localityOf(viewer.place);
  return compacted(groups, 5, ({ place }) => {
    const other = localityOf(place);
    const away = distance(own, other);
    return away === 3 && isTakenOver(other, own, failover) === false ? 4 : away;
  });
}

/** istio: util.LbPriority */
function distance(one: Locality, other: Locality): number {
  if (one.region !== other.region) return 3;
  if (one.zone !== other.zone) return 2;
  return one.subZone === other.subZone ? 0 : 1;
}

/** istio: loadbalancer.applyZoneAwareRegionalFailover */
function byRegion(groups: readonly Group[], viewer: Viewer, failover: Failover): readonly Group[] {
  const own = localityOf(viewer.place);
  return compacted(groups, 3, ({ place }) => {
    const other = localityOf(place);
    if (other.region === own.region) return 0;
    return isTakenOver(other, own, failover) ? 1 : 2;
  });
}

/** Puts a rank below the priority that a group has already, and closes the gaps. */
function compacted(groups: readonly Group[], ranks: number, rankOf: (group: Group) => number): readonly Group[] {
  return withoutGaps(groups.map((group) => ({ ...group, priority: group.priority * ranks + rankOf(group) })));
}

function withoutGaps(groups: readonly Group[]): readonly Group[] {
  const priorities = [...new Set(groups.map(({ priority }) => priority))].sort((a, b) => a - b);
  const position = new Map(priorities.map((priority, index) => [priority, index]));
  return groups.map((group) => ({ ...group, priority: position.get(group.priority)! }));
}

const NETWORK = 'topology.istio.io/network';

/** Splits each place by how many of the labels, in their order, endpoints share with the proxy. istio: applyFailoverPriorities */
function byLabels(groups: readonly Group[], viewer: Viewer, labels: readonly string[]): readonly Group[] {
  if (Object.keys(viewer.labels).length === 0) return groups;
  const wanted = labels.map((label) => {
    const [name = '', ...values] = label.split('=');
    return { name, value: values.length === 1 ? values[0]! : (own(viewer.labels, name) ?? '') };
  });
  return withoutGaps(groups.flatMap((group) => split(group, wanted)));
}

interface Wanted {
  readonly name: string;
  readonly value: string;
}

function split(group: Group, wanted: readonly Wanted[]): Group[] {
  const byRank = groupBy(group.members, ({ labels }) => rankOf(labels, wanted));
  return [...byRank]
    .sort(([one], [other]) => one - other)
    .map(([priority, members]) => ({ ...group, members, priority, weight: weightOf(members) }));
}

/** 0 where all labels are shared; another network counts for more than all other labels. istio: applyFailoverPriorityPerLocality */
function rankOf(labels: Labels, wanted: readonly Wanted[]): number {
  const differs = wanted.map(({ name, value }) => value !== (own(labels, name) ?? ''));
  const otherNetwork = wanted[0]?.name === NETWORK && differs[0];
  const first = differs.findIndex((differ, index) => differ && !(index === 0 && otherNetwork));
  return (first < 0 ? 0 : wanted.length - first) + (otherNetwork ? wanted.length : 0);
}

/** How a cluster chooses among its endpoints. */
import type { Cluster, SlowStartConfig } from '../../envoy/config';
import type {
  LoadBalancerSettings,
  LoadBalancerSettingsConsistentHashLB,
  WarmupConfiguration,
} from '../../schema/kinds/networking';
import { protoDuration } from '../duration';
import { percentage } from './connection-pool';

type Policy = Pick<
  Cluster,
  'lbPolicy' | 'leastRequestLbConfig' | 'roundRobinLbConfig' | 'ringHashLbConfig' | 'maglevLbConfig'
>;

/** istio: applyLoadBalancer, from the choice of the policy on */
export function loadBalancer(settings: LoadBalancerSettings = {}): Policy {
  const { consistentHash } = settings;
  if (!consistentHash) return simple(settings);
  const chosen = hashing(consistentHash);
  // Without settings of its own it keeps those of the default.
  return chosen.maglevLbConfig || chosen.ringHashLbConfig ? chosen : { ...simple(settings), ...chosen };
}

function simple({ simple, warmup, warmupDurationSecs }: LoadBalancerSettings): Policy {
  const slowStart = slowStartOf(warmup, warmupDurationSecs);
  switch (simple ?? 'UNSPECIFIED') {
    case 'RANDOM':
      return { lbPolicy: 'RANDOM' };
    case 'PASSTHROUGH':
      return { lbPolicy: 'CLUSTER_PROVIDED' };
    case 'ROUND_ROBIN':
      // The first of Envoy's policies, which is not written.
      return slowStart ? { roundRobinLbConfig: { slowStartConfig: slowStart } } : {};
    case 'LEAST_CONN':
    case 'LEAST_REQUEST':
    case 'UNSPECIFIED':
      return {
        lbPolicy: 'LEAST_REQUEST',
        ...(slowStart && { leastRequestLbConfig: { slowStartConfig: slowStart } }),
      };
  }
}

/** New endpoints take less than their share at first. istio: setWarmup, setSlowStartConfig */
function slowStartOf(
  warmup: WarmupConfiguration | undefined,
  duration: string | undefined,
): SlowStartConfig | undefined {
  if (!warmup) return duration === undefined ? undefined : { slowStartWindow: protoDuration(duration) };
  const { duration: window, aggression = 1, minimumPercent = 10 } = warmup;
  return {
    ...(window !== undefined && { slowStartWindow: protoDuration(window) }),
    aggression: { ...(aggression !== 0 && { defaultValue: aggression }), runtimeKey: '(' },
    minWeightPercent: percentage(minimumPercent),
  };
}

/** istio: ApplyRingHashLoadBalancer */
function hashing({ maglev, ringHash, minimumRingSize }: LoadBalancerSettingsConsistentHashLB): Policy {
  if (maglev) {
    const { tableSize } = maglev;
    return { lbPolicy: 'MAGLEV', ...(tableSize && { maglevLbConfig: { tableSize: String(tableSize) } }) };
  }
  const size = ringHash ? ringHash.minimumRingSize : minimumRingSize || 1024;
  return { lbPolicy: 'RING_HASH', ...(size && { ringHashLbConfig: { minimumRingSize: String(size) } }) };
}

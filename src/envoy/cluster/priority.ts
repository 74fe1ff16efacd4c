import type { Cluster, ClusterLoadAssignment, LbEndpoint, LocalityLbEndpoints } from '../config';

/** The localities that share one priority. */
export interface Priority {
  readonly priority: number;
  readonly localities: readonly LocalityLbEndpoints[];
  /** The share of all requests that this priority gets, from 0 to 1. */
  readonly load: number;
  /** Whether so few endpoints are healthy that all are used. */
  readonly panic: boolean;
}

const OVERPROVISIONING = 140;

/** How requests are spread over priorities by the health of their endpoints. envoy: LoadBalancerBase::recalculatePerPriorityState. */
export function prioritiesOf(cluster: Cluster, assignment: ClusterLoadAssignment): Priority[] {
  const sets = setsOf(assignment);
  const available = Math.min(100, sum(sets.map(({ health }) => health)));
  const threshold = panicThreshold(cluster);
  if (available === 0) return threshold > 0 ? allInPanic(sets) : [];

  let left = 100;
  return sets.map((set) => {
    const load = Math.min(left, (set.health * 100) / available);
    left -= load;
    return { ...set, load: load / 100, panic: available < 100 && (100 * set.healthy) / set.count < threshold };
  });
}

interface PrioritySet {
  readonly priority: number;
  readonly localities: readonly LocalityLbEndpoints[];
  readonly count: number;
  readonly healthy: number;
  readonly health: number;
}

function setsOf({ endpoints = [], policy }: ClusterLoadAssignment): PrioritySet[] {
  const factor = policy?.overprovisioningFactor ?? OVERPROVISIONING;
  const priorities = [...new Set(endpoints.map(({ priority = 0 }) => priority))].sort((a, b) => a - b);
  return priorities.map((priority) => {
    const localities = endpoints.filter((each) => (each.priority ?? 0) === priority);
    const all = localities.flatMap(({ lbEndpoints = [] }) => lbEndpoints);
    const healthy = all.filter(isHealthy).length;
    const health = all.length ? Math.min(100, (factor * healthy) / all.length) : 0;
    return { priority, localities, count: all.length, healthy, health };
  });
}

const allInPanic = (sets: readonly PrioritySet[]): Priority[] =>
  sets.map((set) => ({ ...set, load: set.count / Math.max(1, sum(sets.map(({ count }) => count))), panic: true }));

// A threshold that is there without a value is zero; only an absent one has the default.
function panicThreshold({ commonLbConfig }: Cluster): number {
  return commonLbConfig?.healthyPanicThreshold ? (commonLbConfig.healthyPanicThreshold.value ?? 0) : 50;
}

/** Whether an endpoint takes requests while enough others do. */
export const isHealthy = ({ healthStatus = 'UNKNOWN' }: LbEndpoint): boolean =>
  healthStatus === 'UNKNOWN' || healthStatus === 'HEALTHY' || healthStatus === 'DEGRADED';

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

/** How many connections and requests a cluster takes, and how long it waits. */
import type { CircuitBreakerThresholds, Cluster, TcpKeepalive } from '../../envoy/config';
import { parseDuration } from '../../schema/duration';
import type {
  ConnectionPoolSettings,
  ConnectionPoolSettingsTCPSettingsTcpKeepalive,
  TrafficPolicyRetryBudget,
} from '../../schema/kinds/networking';
import type { Push } from '../context';
import { protoDuration } from '../duration';

const UNLIMITED = 4294967295;

type ConnectionPool = Pick<Cluster, 'connectTimeout' | 'circuitBreakers' | 'upstreamConnectionOptions'>;

/** istio: ClusterBuilder.applyConnectionPool */
export function connectionPool(
  { meshConfig }: Push,
  { tcp, http }: ConnectionPoolSettings,
  retryBudget?: TrafficPolicyRetryBudget,
): ConnectionPool {
  const thresholds: CircuitBreakerThresholds = {
    maxConnections: positive(tcp?.maxConnections) ?? UNLIMITED,
    maxPendingRequests: positive(http?.http1MaxPendingRequests) ?? UNLIMITED,
    maxRequests: positive(http?.http2MaxRequests) ?? UNLIMITED,
    maxRetries: positive(http?.maxRetries) ?? UNLIMITED,
    ...(retryBudget && { retryBudget: budget(retryBudget) }),
  };
  const keepalive = tcpKeepalive([meshConfig.tcpKeepalive, tcp?.tcpKeepalive]);
  return {
    connectTimeout: protoDuration(tcp?.connectTimeout ?? meshConfig.connectTimeout),
    circuitBreakers: { thresholds: [thresholds] },
    ...(keepalive && { upstreamConnectionOptions: { tcpKeepalive: keepalive } }),
  };
}

/** A limit that says something: 0 is Istio's word for none. */
const positive = (limit: number | undefined): number | undefined => (limit && limit > 0 ? limit : undefined);

/** istio: applyRetryBudget */
function budget({
  percent = 20,
  budgetInterval,
  minRetryConcurrency,
}: TrafficPolicyRetryBudget): NonNullable<CircuitBreakerThresholds['retryBudget']> {
  return {
    budgetPercent: percentage(percent),
    ...(budgetInterval && { budgetInterval: protoDuration(budgetInterval) }),
    minRetryConcurrency: minRetryConcurrency || 3,
  };
}

/** As proto3 writes a message with one number in it: 0 is not written. */
export const percentage = (value: number): { value?: number } => (value === 0 ? {} : { value });

/** Those of the mesh, and over them those of the rule. istio: applyTCPKeepalive */
function tcpKeepalive(
  layers: readonly (ConnectionPoolSettingsTCPSettingsTcpKeepalive | undefined)[],
): TcpKeepalive | undefined {
  const given = layers.filter((layer) => layer !== undefined);
  if (given.length === 0) return undefined;
  const { probes, time, interval } = Object.assign({}, ...given) as (typeof given)[number];
  return {
    ...(probes && { keepaliveProbes: probes }),
    ...(time !== undefined && { keepaliveTime: seconds(time) }),
    ...(interval !== undefined && { keepaliveInterval: seconds(interval) }),
  };
}

const seconds = (duration: string): number => Math.trunc((parseDuration(duration) ?? 0) / 1e9);

import type { Address, SocketAddress } from './address';
import type { Any, Duration, Extension, Integer64, Metadata } from './any';
import type { ConfigSource } from './config-source';

export interface Cluster {
  name?: string;
  altStatName?: string;
  type?: DiscoveryType;
  clusterType?: Extension;
  edsClusterConfig?: EdsClusterConfig;
  originalDstLbConfig?: {
    useHttpHeader?: boolean;
    httpHeaderName?: string;
    upstreamPortOverride?: number;
    metadataKey?: { key?: string; path?: { key?: string }[] };
  };
  loadAssignment?: ClusterLoadAssignment;
  connectTimeout?: Duration;
  lbPolicy?: string;
  commonLbConfig?: CommonLbConfig;
  leastRequestLbConfig?: { slowStartConfig?: SlowStartConfig };
  roundRobinLbConfig?: { slowStartConfig?: SlowStartConfig };
  ringHashLbConfig?: { minimumRingSize?: Integer64 };
  maglevLbConfig?: { tableSize?: Integer64 };
  lbSubsetConfig?: object;
  circuitBreakers?: { thresholds?: CircuitBreakerThresholds[] };
  outlierDetection?: OutlierDetection;
  dnsLookupFamily?: 'AUTO' | 'V4_ONLY' | 'V6_ONLY' | 'V4_PREFERRED' | 'ALL';
  dnsRefreshRate?: Duration;
  dnsJitter?: Duration;
  respectDnsTtl?: boolean;
  typedDnsResolverConfig?: Extension;
  cleanupInterval?: Duration;
  upstreamBindConfig?: BindConfig;
  upstreamConnectionOptions?: { tcpKeepalive?: TcpKeepalive };
  transportSocket?: Extension;
  transportSocketMatches?: TransportSocketMatch[];
  typedExtensionProtocolOptions?: Record<string, Any>;
  filters?: Extension[];
  metadata?: Metadata;
}

export type DiscoveryType = 'STATIC' | 'STRICT_DNS' | 'LOGICAL_DNS' | 'EDS' | 'ORIGINAL_DST';

export interface EdsClusterConfig {
  serviceName?: string;
  edsConfig?: ConfigSource;
}

export interface CommonLbConfig {
  healthyPanicThreshold?: { value?: number };
  localityWeightedLbConfig?: object;
  zoneAwareLbConfig?: { routingEnabled?: { value?: number }; minClusterSize?: Integer64 };
  overrideHostStatus?: { statuses?: string[] };
}

export interface SlowStartConfig {
  slowStartWindow?: Duration;
  aggression?: { defaultValue?: number; runtimeKey?: string };
  minWeightPercent?: { value?: number };
}

export interface CircuitBreakerThresholds {
  maxConnections?: number;
  maxPendingRequests?: number;
  maxRequests?: number;
  maxRetries?: number;
  retryBudget?: { budgetPercent?: { value?: number }; budgetInterval?: Duration; minRetryConcurrency?: number };
}

export interface OutlierDetection {
  consecutive5xx?: number;
  interval?: Duration;
  baseEjectionTime?: Duration;
  maxEjectionPercent?: number;
  enforcingConsecutive5xx?: number;
  enforcingSuccessRate?: number;
  consecutiveGatewayFailure?: number;
  enforcingConsecutiveGatewayFailure?: number;
  splitExternalLocalOriginErrors?: boolean;
  consecutiveLocalOriginFailure?: number;
  enforcingConsecutiveLocalOriginFailure?: number;
  enforcingLocalOriginSuccessRate?: number;
}

export interface BindConfig {
  sourceAddress?: SocketAddress;
  extraSourceAddresses?: { address?: SocketAddress }[];
}

export interface TcpKeepalive {
  keepaliveProbes?: number;
  keepaliveTime?: number;
  keepaliveInterval?: number;
}

/** How HTTP is spoken to the endpoints: the typed configuration of `envoy.extensions.upstreams.http.v3.HttpProtocolOptions`. */
export interface HttpProtocolOptions extends Any {
  commonHttpProtocolOptions?: {
    idleTimeout?: Duration;
    maxConnectionDuration?: Duration;
    maxRequestsPerConnection?: number;
  };
  upstreamHttpProtocolOptions?: { autoSni?: boolean; autoSanValidation?: boolean };
  explicitHttpConfig?: { httpProtocolOptions?: Http1ProtocolOptions; http2ProtocolOptions?: Http2ProtocolOptions };
  useDownstreamProtocolConfig?: {
    httpProtocolOptions?: Http1ProtocolOptions;
    http2ProtocolOptions?: Http2ProtocolOptions;
  };
}

export interface Http1ProtocolOptions {
  headerKeyFormat?: { statefulFormatter?: Extension };
}

export interface Http2ProtocolOptions {
  allowConnect?: boolean;
  maxConcurrentStreams?: number;
  connectionKeepalive?: { interval?: Duration; timeout?: Duration };
}

export interface TransportSocketMatch {
  name?: string;
  match?: Record<string, unknown>;
  transportSocket?: Extension;
}

export interface ClusterLoadAssignment {
  clusterName?: string;
  endpoints?: LocalityLbEndpoints[];
  policy?: { overprovisioningFactor?: number };
}

export interface LocalityLbEndpoints {
  locality?: Locality;
  lbEndpoints?: LbEndpoint[];
  loadBalancingWeight?: number;
  priority?: number;
}

export interface Locality {
  region?: string;
  zone?: string;
  subZone?: string;
}

export interface LbEndpoint {
  endpoint?: { address?: Address; hostname?: string };
  healthStatus?: 'UNKNOWN' | 'HEALTHY' | 'UNHEALTHY' | 'DRAINING' | 'TIMEOUT' | 'DEGRADED';
  loadBalancingWeight?: number;
  metadata?: Metadata;
}

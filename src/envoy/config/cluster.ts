import type { Address } from './address';
import type { Any, Duration, Extension, Metadata } from './any';

export interface Cluster {
  name?: string;
  type?: 'STATIC' | 'STRICT_DNS' | 'LOGICAL_DNS' | 'EDS' | 'ORIGINAL_DST';
  clusterType?: Extension;
  edsClusterConfig?: { serviceName?: string };
  originalDstLbConfig?: { useHttpHeader?: boolean; httpHeaderName?: string; upstreamPortOverride?: number };
  loadAssignment?: ClusterLoadAssignment;
  connectTimeout?: Duration;
  lbPolicy?: string;
  commonLbConfig?: { healthyPanicThreshold?: { value?: number }; localityWeightedLbConfig?: object };
  lbSubsetConfig?: object;
  transportSocket?: Extension;
  transportSocketMatches?: TransportSocketMatch[];
  typedExtensionProtocolOptions?: Record<string, Any>;
  metadata?: Metadata;
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

import type { Any } from './any';
import type { RbacConfig } from './rbac';
import type { HashPolicy } from './traffic-policy';

export interface TcpProxy extends Any {
  statPrefix?: string;
  cluster?: string;
  weightedClusters?: { clusters?: TcpWeightedCluster[] };
  tunnelingConfig?: { hostname?: string; usePost?: boolean };
  hashPolicy?: HashPolicy[];
}

export interface TcpWeightedCluster {
  name?: string;
  weight?: number;
}

export interface NetworkRbac extends Any, RbacConfig {
  statPrefix?: string;
}

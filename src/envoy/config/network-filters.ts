import type { AccessLog } from './access-log';
import type { Any, Duration } from './any';
import type { RbacConfig } from './rbac';
import type { HeaderValueOption } from './route';

export interface TcpProxy extends Any {
  statPrefix?: string;
  cluster?: string;
  weightedClusters?: { clusters?: TcpWeightedCluster[] };
  tunnelingConfig?: { hostname?: string; usePost?: boolean; headersToAdd?: HeaderValueOption[] };
  hashPolicy?: { sourceIp?: object; filterState?: { key?: string } }[];
  idleTimeout?: Duration;
  maxDownstreamConnectionDuration?: Duration;
  accessLog?: AccessLog[];
}

export interface TcpWeightedCluster {
  name?: string;
  weight?: number;
}

export interface NetworkRbac extends Any, RbacConfig {
  statPrefix?: string;
}

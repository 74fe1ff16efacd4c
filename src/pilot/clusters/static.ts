/** The clusters that every proxy has, whatever services there are. */
import type { Cluster } from '../../envoy/config';
import type { Push } from '../context';
import { protoDuration } from '../duration';
import { delimited } from '../stat-prefix';
import { connectionPool } from './connection-pool';
import { passthroughOptions } from './http-options';
import { METADATA_EXCHANGE } from './metadata-exchange';

const BLACK_HOLE = 'BlackHoleCluster';
const PASSTHROUGH = 'PassthroughCluster';
const INBOUND_PASSTHROUGH = 'InboundPassthroughCluster';

/** Leads nowhere. istio: buildBlackHoleCluster */
export const blackHole = ({ meshConfig }: Push): Cluster => ({
  name: BLACK_HOLE,
  altStatName: delimited(BLACK_HOLE),
  type: 'STATIC',
  connectTimeout: protoDuration(meshConfig.connectTimeout),
});

/** Leads to the address that was called. istio: buildDefaultPassthroughCluster */
export const passthrough = (push: Push): Cluster => ({
  ...passthroughBase(push, PASSTHROUGH),
  filters: METADATA_EXCHANGE,
});

/** The same for what comes to the workload. istio: buildInboundPassthroughCluster */
export const inboundPassthrough = (push: Push): Cluster => ({
  ...passthroughBase(push, INBOUND_PASSTHROUGH),
  ...passthroughBind(push),
});

const passthroughBase = (push: Push, name: string): Cluster => ({
  name,
  altStatName: delimited(PASSTHROUGH),
  type: 'ORIGINAL_DST',
  lbPolicy: 'CLUSTER_PROVIDED',
  ...connectionPool(push, push.meshConfig.defaultTrafficPolicy?.connectionPool ?? {}),
  ...passthroughOptions(push),
});

/** The address from which proxies call their own workload: what iptables does not send back to the proxy. */
export const passthroughBind = ({ proxy }: Push): Pick<Cluster, 'upstreamBindConfig'> => ({
  upstreamBindConfig: { sourceAddress: { address: proxy.ip.includes(':') ? '::6' : '127.0.0.6', portValue: 0 } },
});

/** Clusters that resolve the very name that a request asks for. */
import type { Cluster, Extension } from '../../envoy/config';
import type { Service } from '../../mesh/services/service';
import type { ClientTLSSettings } from '../../schema/kinds/networking';
import type { Push } from '../context';
import { from } from '../origins';
import { delimited } from '../stat-prefix';
import { subsetKey } from '../subset-key';
import { connectionPool } from './connection-pool';
import { lookupFamily } from './discovery';
import { outboundHttp, passthroughOptions, speaksHttp2, typedOptions } from './http-options';
import { METADATA_EXCHANGE } from './metadata-exchange';
import { forwardedMetadata } from './metadata';
import { outlierDetection } from './outlier-detection';
import { type Target, connectionPoolOf, outlierDetectionOf } from './target';
import { allowAnyTransport, following, forwardedTransport } from './transport';

const FORWARDED = new Set(['HTTP', 'TLS', 'GRPC', 'HTTP2']);

interface DnsCache {
  readonly name: string;
  readonly dnsLookupFamily: 'V4_ONLY' | 'V6_ONLY';
  readonly maxHosts?: number;
}

const clusterType = (dnsCacheConfig: DnsCache, isInsecure: boolean) => ({
  name: 'envoy.clusters.dynamic_forward_proxy',
  typedConfig: {
    '@type': 'type.googleapis.com/envoy.extensions.clusters.dynamic_forward_proxy.v3.ClusterConfig',
    dnsCacheConfig,
    ...(isInsecure && { allowInsecureClusterOptions: true }),
  },
});

/** The name of the cache that the cluster shares with the filters before it. istio: model.BuildDNSCacheName */
const dnsCacheName = (hostname: string): string => `${hostname}_dfp_dns_cache`;

/** How a cluster of a waypoint resolves the names that a service stands for. istio: buildDFPCluster */
export const resolvingType = (push: Push, { hostname }: Service, settings: ClientTLSSettings | undefined): Extension =>
  clusterType(
    { name: dnsCacheName(hostname), dnsLookupFamily: lookupFamily(push) },
    settings !== undefined && following(settings).isInsecure,
  );

/** The cluster of one port, without subsets. istio: buildDFPCluster, applyDestinationRule */
export function dynamicForwardProxy(push: Push, target: Target): Cluster[] {
  const { service, port, policy } = target;
  if (!FORWARDED.has(port.protocol)) return [];
  const name = subsetKey('outbound', '', service.hostname, port.number);
  const pool = connectionPoolOf(push, target);
  const http = outboundHttp(push, port.protocol, pool);
  const ejection = outlierDetectionOf(push, target);
  const { sockets, names, isInsecure } = forwardedTransport(push, target, speaksHttp2(http));
  const cache = { name: dnsCacheName(service.hostname), dnsLookupFamily: lookupFamily(push) };
  const cluster: Cluster = {
    name,
    altStatName: delimited(name),
    clusterType: clusterType(cache, isInsecure),
    lbPolicy: 'CLUSTER_PROVIDED',
    ...connectionPool(push, pool, policy.retryBudget?.value),
    ...(ejection && { outlierDetection: outlierDetection(ejection) }),
    ...sockets,
    ...typedOptions(http, names),
    filters: METADATA_EXCHANGE,
    ...forwardedMetadata(target),
  };
  return [from(push.origins, port.field, cluster)];
}

const ALLOW_ANY = 'AllowAnyDynamicDNSCluster';

/** For calls to hosts that no service goes by, where the mesh resolves them. istio: buildAllowAnyDFPCluster */
export function allowAnyCluster(push: Push): Cluster {
  const cache = { name: 'allow_any_dfp_dns_cache', dnsLookupFamily: 'V4_ONLY', maxHosts: 1024 } as const;
  const { tls } = push.meshConfig.outboundTrafficPolicy;
  const { sockets, names, isInsecure } = allowAnyTransport(push, tls);
  return {
    name: ALLOW_ANY,
    altStatName: delimited(ALLOW_ANY),
    clusterType: clusterType(cache, isInsecure),
    lbPolicy: 'CLUSTER_PROVIDED',
    ...connectionPool(push, {}),
    ...sockets,
    // With names to follow, nothing is left of the other options.
    ...(names ? typedOptions(undefined, names) : passthroughOptions(push)),
    filters: METADATA_EXCHANGE,
  };
}

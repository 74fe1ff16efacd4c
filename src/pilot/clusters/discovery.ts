/** How a cluster finds its endpoints. */
import type { Cluster, DiscoveryType, LocalityLbEndpoints } from '../../envoy/config';
import { isWildcard } from '../../mesh/services/hostname';
import type { Service, ServicePort } from '../../mesh/services/service';
import type { Push } from '../context';
import { protoDuration } from '../duration';

/** istio: convertResolution */
export function discoveryType({ proxy }: Push, { resolution, racesConnections }: Service): DiscoveryType {
  switch (resolution) {
    case 'dns':
      return racesConnections ? 'LOGICAL_DNS' : 'STRICT_DNS';
    case 'dns-round-robin':
      return 'LOGICAL_DNS';
    case 'passthrough':
      // Nobody calls a gateway by the address of somebody else.
      return proxy.kind === 'gateway' ? 'EDS' : 'ORIGINAL_DST';
    case 'static':
    case 'alias':
    case 'dynamic-dns':
      return 'EDS';
  }
}

/** Whether a service stands for names that are resolved one by one, as requests ask for them. */
export const isForwarded = ({ resolution, hostname }: Service): boolean =>
  resolution === 'dynamic-dns' && isWildcard(hostname);

export const isDns = (type: DiscoveryType): boolean => type === 'STRICT_DNS' || type === 'LOGICAL_DNS';

/** Which addresses a name is resolved to, by those of the proxy. istio: util.SelectDNSLookupFamily */
export const lookupFamily = ({ proxy }: Push): 'V4_ONLY' | 'V6_ONLY' =>
  proxy.ip.includes(':') ? 'V6_ONLY' : 'V4_ONLY';

/** The settings of a cluster that resolves names. istio: ClusterBuilder.buildCluster */
export function dns(push: Push, { racesConnections }: Service): Partial<Cluster> {
  return {
    dnsLookupFamily: racesConnections ? 'ALL' : lookupFamily(push),
    dnsRefreshRate: protoDuration(push.meshConfig.dnsRefreshRate),
    dnsJitter: '0.100s',
    respectDnsTtl: true,
    typedDnsResolverConfig: RESOLVER,
  };
}

const RESOLVER = {
  name: 'envoy.network.dns_resolver.cares',
  typedConfig: {
    '@type': 'type.googleapis.com/envoy.extensions.network.dns_resolver.cares.v3.CaresDnsResolverConfig',
    udpMaxQueries: 100,
  },
};

/** Endpoints that the cluster itself holds. */
export const holding = (name: string, endpoints: LocalityLbEndpoints[]): Partial<Cluster> => ({
  loadAssignment: { clusterName: name, endpoints },
});

/** Endpoints that are sent apart from the cluster. istio: maybeApplyEdsConfig */
export const eds = (name: string): Partial<Cluster> => ({
  edsClusterConfig: {
    edsConfig: { ads: {}, initialFetchTimeout: '0s', resourceApiVersion: 'V3' },
    serviceName: name,
  },
});

/**
 * The address that the client called, at the port of the workload where that is another. istio: PassthroughTargetPorts
 */
export function originalDestination(
  { isInCluster, resolution }: Pick<Service, 'isInCluster' | 'resolution'>,
  { number, targetPort }: ServicePort,
): Partial<Cluster> {
  const isMapped = !isInCluster && resolution === 'passthrough' && targetPort && targetPort !== number;
  return isMapped ? { originalDstLbConfig: { upstreamPortOverride: Number(targetPort) } } : {};
}

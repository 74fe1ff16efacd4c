/** The clusters of a waypoint. */
import type { Cluster } from '../../envoy/config';
import { isHttp, isSniffed, isTcp } from '../../mesh/services/protocol';
import type { Service, ServicePort } from '../../mesh/services/service';
import { destinationsOf, virtualServices } from '../../mesh/traffic/virtual-services';
import { waypointResources } from '../../mesh/ambient/waypoint-resources';
import type { MeshConfigExtensionProvider } from '../../schema/kinds/mesh';
import type { ClientTLSSettings, Subset } from '../../schema/kinds/networking';
import type { Field } from '../../source/field';
import { type Push, perPush } from '../context';
import { inboundRuleFor } from '../destination-rule';
import { from } from '../origins';
import { servedHosts } from '../routes/destination';
import { delimited } from '../stat-prefix';
import { subsetKey } from '../subset-key';
import { commonLbConfig } from './common-lb';
import { connectionPool } from './connection-pool';
import { discoveryType } from './discovery';
import { resolvingType } from './dynamic-forward-proxy';
import { connectOriginate, encap, innerConnectOriginate, mainInternal, outerConnectOriginate } from './hbone';
import { type AutoNames, outboundHttp, speaksHttp2, typedOptions } from './http-options';
import { loadBalancer } from './load-balancer';
import { vipMetadata } from './metadata';
import { outboundClusters } from './outbound';
import { discovery } from './outbound-discovery';
import { outlierDetection } from './outlier-detection';
import { type Target, targetOf } from './target';
import { autoNames, ownTls } from './tls-context';
import { following } from './transport';
import { proxyProtocolSocket, tlsSocket, waypointSocket } from './transport-socket';

/** istio: buildClusters for waypoints */
export function waypointClusters(push: Push): Cluster[] {
  const { services } = waypointResources(push.mesh, push.proxy);
  return [
    ...outboundServices(push, services).flatMap((service) => outboundClusters(push, service)),
    mainInternal(push),
    encap(push),
    ...services.flatMap((service) => vipClusters(push, service)),
    connectOriginate(push),
    innerConnectOriginate(push),
    outerConnectOriginate(push),
  ];
}

/** Those that routes of the waypoint lead to and it does not serve, and those of extension providers. istio: filterWaypointOutboundServices */
function outboundServices(push: Push, served: readonly Service[]): Service[] {
  const { scope, meshConfig } = push;
  const hosts = servedHosts(push);
  const wanted = new Set<string>(meshConfig.extensionProviders.flatMap(providerServices));
  for (const host of referencedFrom(push, served)) {
    const service = hosts.get(host);
    if (!service || service.meshExternal) wanted.add(host);
  }
  return [...scope.services.values()].filter(
    ({ hostname, namespace }) => wanted.has(hostname) || wanted.has(`${namespace}/${hostname}`),
  );
}

/** The services that routes of these hosts lead to, whoever wrote the routes. */
function referencedFrom({ mesh }: Push, served: readonly Service[]): string[] {
  const hosts = new Set(served.map(({ hostname }) => hostname));
  return virtualServices(mesh)
    .filter(
      (each) => each.gateways.some(({ name }) => name === 'mesh') && each.hosts.some(({ name }) => hosts.has(name)),
    )
    .flatMap((each) => [...destinationsOf(each).keys()]);
}

/** istio: extraServicesForProxy */
const providerServices = (provider: MeshConfigExtensionProvider): string[] =>
  Object.values(provider).flatMap((settings: unknown) => {
    const { service } = (settings ?? {}) as { service?: unknown };
    return typeof service === 'string' && service !== '' ? [service] : [];
  });

/** istio: buildWaypointInboundVIP */
function vipClusters(push: Push, service: Service): Cluster[] {
  const rule = inboundRuleFor(push, service.hostname);
  return service.ports
    .filter((port) => isServed(service, port))
    .flatMap((port) => {
      const protocols = protocolsOf(port);
      const subsets: (Field<Subset> | undefined)[] = [undefined, ...(rule?.subsets ?? [])];
      return subsets.flatMap((subset) =>
        protocols.flatMap((protocol) => vipCluster(push, protocol, targetOf(service, port, rule, subset)) ?? []),
      );
    });
}

/** Names that are resolved one by one are read from HTTP; reading them from TLS is a feature that is off by default. */
const isServed = ({ resolution }: Service, { protocol }: ServicePort): boolean =>
  resolution === 'dynamic-dns' ? protocol === 'HTTP' : protocol !== 'UDP';

function protocolsOf({ protocol }: ServicePort): readonly ('tcp' | 'http')[] {
  if (isSniffed(protocol)) return ['tcp', 'http'];
  return isHttp(protocol) ? ['http'] : isTcp(protocol) ? ['tcp'] : [];
}

/** What MeshConfig says of traffic in general does not count here. */
const withoutDefaults = perPush((push): Push => {
  const { defaultTrafficPolicy, ...meshConfig } = push.meshConfig;
  return { ...push, meshConfig };
});

/** istio: buildWaypointInboundVIPCluster */
function vipCluster(original: Push, protocol: 'tcp' | 'http', target: Target): Cluster | undefined {
  const push = withoutDefaults(original);
  const { service, port, policy, subset } = target;
  const key = subset ? `${protocol}/${subset.value.name ?? ''}` : protocol;
  const name = subsetKey('inbound-vip', key, service.hostname, port.number);
  const tls = originatedTls(target);
  const found = service.resolution === 'dynamic-dns' ? { resolvingType: resolvingType(push, service, tls) } : undefined;
  const discovered = found ? undefined : discovery(push, target, name, discoveryType(push, service), 'default');
  if (!found && !discovered) return undefined;
  const ejection = policy.outlierDetection?.value;
  const pool = policy.connectionPool?.value ?? {};
  const http = outboundHttp(push, port.protocol, pool);
  const { transportSocket, names } = transportOf(push, target, speaksHttp2(http));
  return from(push.origins, subset ?? port.field, {
    name,
    altStatName: delimited(name),
    ...(found && { clusterType: found.resolvingType, lbPolicy: 'CLUSTER_PROVIDED' }),
    ...(discovered && { type: discovered.type, ...discovered.part }),
    ...connectionPool(push, pool, policy.retryBudget?.value),
    ...(ejection && { outlierDetection: outlierDetection(ejection) }),
    ...(discovered && balancing(push, target, discovered.type)),
    ...typedOptions(http, names),
    ...vipMetadata(target, key),
    transportSocket,
  });
}

const balancing = (push: Push, target: Target, type: Cluster['type']): Cluster => ({
  commonLbConfig: commonLbConfig(push, target),
  ...(type === 'ORIGINAL_DST' ? { lbPolicy: 'CLUSTER_PROVIDED' } : loadBalancer(target.policy.loadBalancer?.value)),
});

/** The TLS that the waypoint itself starts; mutual TLS of the mesh is that of the tunnel. */
function originatedTls({ policy }: Target): ClientTLSSettings | undefined {
  const settings = policy.tls?.value;
  return settings?.mode === 'SIMPLE' || settings?.mode === 'MUTUAL' ? settings : undefined;
}

/** Into the tunnel, in TLS or with the PROXY protocol where a DestinationRule says so. istio: buildWaypointTLSContext */
function transportOf(push: Push, target: Target, http2: boolean): { transportSocket: object; names?: AutoNames } {
  const settings = originatedTls(target);
  const context = settings && ownTls(push, { settings, subjectAltNames: [], http2 });
  const tls = context && tlsSocket(context);
  const { service, policy } = target;
  const { proxyProtocol } = policy;
  const inner = proxyProtocol ? proxyProtocolSocket(proxyProtocol.value.version ?? 'V1', tls) : tls;
  const names = settings && namesFor(service, settings);
  return { transportSocket: waypointSocket(inner), ...(names && { names }) };
}

const namesFor = ({ resolution }: Service, settings: Parameters<typeof autoNames>[0]): AutoNames | undefined =>
  resolution === 'dynamic-dns' ? following(settings).names : autoNames(settings);

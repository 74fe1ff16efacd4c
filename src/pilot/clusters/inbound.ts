/** The clusters that lead from a sidecar to its own workload. */
import ipaddr from 'ipaddr.js';
import type { Cluster } from '../../envoy/config';
import { groupBy } from '../../mesh/grouping';
import { protocolNamed } from '../../mesh/services/protocol';
import type { Service, ServicePort, ServiceTarget } from '../../mesh/services/service';
import { policyFor } from '../../mesh/traffic/traffic-policy';
import type { ConnectionPoolSettings, IstioIngressListener } from '../../schema/kinds/networking';
import type { Field } from '../../source/field';
import type { Push } from '../context';
import { inboundRuleFor } from '../destination-rule';
import { addressOf } from '../endpoints/lb-endpoint';
import { from } from '../origins';
import { delimited, statPrefix } from '../stat-prefix';
import { subsetKey } from '../subset-key';
import { connectionPool } from './connection-pool';
import { originalDestination } from './discovery';
import { inboundHttp, typedOptions } from './http-options';
import { inboundMetadata } from './metadata';
import { passthroughBind } from './static';

type Named = Pick<Service, 'hostname' | 'name' | 'namespace' | 'isInCluster' | 'resolution' | 'meshExternal'>;

/** A port of the workload that a cluster leads to. */
interface InboundPort {
  readonly number: number;
  readonly port: ServicePort;
  /** The services at this port, the one that counts first. */
  readonly services: readonly Named[];
  /** Where it leads; without an address, to the one that was called. */
  readonly address: string;
  readonly targetPort: number;
  readonly field: Field;
}

/** istio: buildInboundClusters */
export function inboundClusters(push: Push): Cluster[] {
  const { ingress } = push.scope;
  if (ingress.length > 0)
    return ingress.flatMap((listener) => ingressPort(push, listener)).map((port) => cluster(push, port));
  // Without redirection there would be two listeners at each port: the workload's own, and the proxy's.
  if (push.proxy.annotations['sidecar.istio.io/interceptionMode'] === 'NONE') return [];
  return servicePorts(push).map((port) => cluster(push, port));
}

/** istio: buildInboundClustersFromServiceInstances */
function servicePorts({ proxy, meshConfig }: Push): InboundPort[] {
  const address = meshConfig.inboundTrafficPolicy.mode === 'LOCALHOST' ? localhost(proxy.ip) : '';
  return [...groupBy(proxy.targets, ({ targetPort }) => targetPort)].map(([number, targets]) => {
    const { port } = targets[0]!;
    const atPort = targets.filter((each) => each.port.number === port.number);
    return {
      number,
      port,
      services: atPort.map(({ service }) => service),
      address,
      targetPort: number,
      field: port.field,
    };
  });
}

const localhost = (ip: string): string => (ip.includes(':') ? '::1' : '127.0.0.1');

/** Nothing where its endpoint cannot be read. istio: buildInboundClustersFromSidecar */
function ingressPort(push: Push, field: Field<IstioIngressListener>): InboundPort[] {
  const { port: { number = 0, name = '', protocol = '' } = {}, defaultEndpoint = '' } = field.value;
  const endpoint = endpointNamed(push, defaultEndpoint);
  if (!endpoint) return [];
  const port: ServicePort = { name, number, protocol: protocolNamed(protocol), targetPort: undefined, field };
  const service = serviceAt(push, number);
  return [{ number, port, services: [service], ...endpoint, field }];
}

/** The service whose workload port a listener stands for, or the Sidecar in its place. istio: findOrCreateService */
export function serviceAt({ proxy, scope }: Push, number: number): Named {
  const target: ServiceTarget | undefined = proxy.targets.find(({ targetPort }) => targetPort === number);
  if (target) return target.service;
  const { name = '' } = scope.sidecar ?? {};
  const { namespace } = scope;
  return {
    hostname: `${name}.${namespace}`,
    name,
    namespace,
    isInCluster: false,
    resolution: 'static',
    meshExternal: true,
  };
}

type InboundEndpoint = Pick<InboundPort, 'address' | 'targetPort'>;

/** `0.0.0.0` and `[::]` stand for the pod's address. */
function endpointNamed({ proxy }: Push, endpoint: string): InboundEndpoint | undefined {
  if (endpoint === '') return { address: '', targetPort: 0 };
  if (endpoint.startsWith('unix://')) return { address: endpoint, targetPort: 0 };
  const [, host = '', port = ''] = /^\[?(.*?)\]?:(\d+)$/.exec(endpoint) ?? [];
  if (port === '') return undefined;
  return { address: boundAddress(host, proxy.ip), targetPort: Number(port) };
}

function boundAddress(host: string, ip: string): string {
  switch (host) {
    case '0.0.0.0':
      return ipaddr.IPv4.isValid(ip) ? ip : '127.0.0.1';
    case '::':
      return ipaddr.IPv6.isValid(ip) ? ip : '::1';
    case '127.0.0.1':
    case '::1':
      return localhost(ip);
    default:
      return '';
  }
}

/** istio: ClusterBuilder.buildInboundCluster */
function cluster(push: Push, inbound: InboundPort): Cluster {
  const { number, port, services, address, field } = inbound;
  const service = services[0]!;
  const name = subsetKey('inbound', '', '', number);
  const rule = inboundRuleFor(push, service.hostname);
  const policy = policyFor(rule?.trafficPolicy, port.number);
  const pool =
    poolAt(push, number) ?? policy.connectionPool?.value ?? push.meshConfig.defaultTrafficPolicy?.connectionPool ?? {};
  return from(push.origins, field, {
    name,
    altStatName: delimited(statNameOf(push, inbound, name)),
    ...leadingTo(inbound, name),
    ...connectionPool(push, pool, policy.retryBudget?.value),
    commonLbConfig: {},
    ...(address !== '127.0.0.1' && address !== '::1' && passthroughBind(push)),
    ...typedOptions(inboundHttp(push, port.protocol, pool)),
    ...(!service.meshExternal && inboundMetadata(services, rule?.trafficPolicy && rule)),
  });
}

/** What a Sidecar says of connections to its workload. istio: SidecarScope.InboundConnectionPoolForPort */
function poolAt({ scope }: Push, number: number): ConnectionPoolSettings | undefined {
  const listener = scope.ingress.find(({ value }) => value.port?.number === number && value.connectionPool);
  return listener?.value.connectionPool ?? scope.sidecar?.value.spec?.inboundConnectionPool;
}

/** The longest time that Envoy takes, so that connections are never forgotten. */
const NEVER = '9223372035s';

function leadingTo({ address, targetPort, services, port }: InboundPort, name: string): Partial<Cluster> {
  if (address === '')
    return {
      type: 'ORIGINAL_DST',
      lbPolicy: 'CLUSTER_PROVIDED',
      cleanupInterval: NEVER,
      ...originalDestination(services[0]!, port),
    };
  const endpoint = { endpoint: { address: addressOf({ address, port: targetPort }) } };
  return { type: 'STATIC', loadAssignment: { clusterName: name, endpoints: [{ lbEndpoints: [endpoint] }] } };
}

function statNameOf({ meshConfig }: Push, { services, port, number }: InboundPort, name: string): string {
  const { inboundClusterStatName: pattern } = meshConfig;
  return pattern ? statPrefix(pattern, { service: services[0]!, port, subset: '', targetPort: number }) : name;
}

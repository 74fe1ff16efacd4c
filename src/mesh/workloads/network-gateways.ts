/** The gateways by which one network of a mesh reaches another. */
import ipaddr from 'ipaddr.js';
import { NETWORK, NETWORK_GATEWAY_PORT, PASSTHROUGH_PORT, isAutoPassthrough } from '../gateway-api/auto-passthrough';
import { groupBy } from '../grouping';
import { alphabetically } from '../services/hostname';
import { CLUSTER } from './locality';
import { perMesh } from '../memo';
import type { Mesh } from '../mesh';
import { meshNetworks } from '../settings/mesh-config';
import type { Service } from '../services/service';
import { services } from '../services/services';
import type { KindMap } from '../../schema/kinds';
import type { Resource } from '../../source/resource';

/** An address of another network's gateway. istio: model.NetworkGateway */
export interface NetworkGateway {
  readonly network: string;
  /** Empty where it is for all clusters of the network. */
  readonly cluster: string;
  readonly address: string;
  /** Where it hands mutual TLS through; 0 where it takes HBONE only. */
  readonly port: number;
  /** Where it takes HBONE; 0 where it does not. */
  readonly hbonePort: number;
}

type Ports = Pick<NetworkGateway, 'port' | 'hbonePort'>;

const HBONE_PORT = 15008;

/** All gateways, as far as their addresses are known without asking a name server. istio: NetworkManager.reload */
export const networkGateways: (mesh: Mesh) => NetworkGateways = perMesh((mesh) =>
  indexed(everyGateway(mesh).filter(({ address }) => ipaddr.isValid(address))),
);

/** The same with those that are known by name: what resolves names itself can use them. */
export const namedNetworkGateways: (mesh: Mesh) => NetworkGateways = perMesh((mesh) => indexed(everyGateway(mesh)));

/** The gateways of a mesh, found by network. */
export interface NetworkGateways {
  readonly isEmpty: boolean;
  /** A number that can be divided among the gateways of any network. */
  readonly weightFactor: number;
  /** Those of a network and cluster, else those of the network. istio: selectNetworkGateways */
  of(network: string, cluster: string): readonly NetworkGateway[];
}

const everyGateway = perMesh((mesh) => [
  ...written(mesh),
  ...services(mesh).flatMap((service) => (service.isInCluster ? ofService(mesh, service) : [])),
  ...mesh.all('KubernetesGateway').flatMap(ofGateway),
]);

function indexed(gateways: readonly NetworkGateway[]): NetworkGateways {
  const unique = [...new Map(gateways.map((each) => [JSON.stringify(each), each])).values()];
  unique.sort((one, other) => alphabetically(one.address, other.address) || one.port - other.port);
  const byNetwork = groupBy(unique, ({ network }) => network);
  const byBoth = groupBy(unique, ({ network, cluster }) => `${network} ${cluster}`);
  const sizes = [...byNetwork.values(), ...byBoth.values()].map(({ length }) => length);
  return {
    isEmpty: unique.length === 0,
    weightFactor: sizes.reduce(leastCommonMultiple, 1),
    of: (network, cluster) => byBoth.get(`${network} ${cluster}`) ?? byNetwork.get(network) ?? [],
  };
}

const leastCommonMultiple = (one: number, other: number): number => (one * other) / greatestCommonDivisor(one, other);

const greatestCommonDivisor = (one: number, other: number): number =>
  other === 0 ? one : greatestCommonDivisor(other, one % other);

/** Those that MeshNetworks gives by address. */
const written = (mesh: Mesh): NetworkGateway[] =>
  Object.entries(meshNetworks(mesh).networks ?? {}).flatMap(([network, { gateways = [] }]) =>
    gateways.flatMap(({ address, port = 0 }) =>
      address ? [{ network, cluster: '', address, port, hbonePort: 0 }] : [],
    ),
  );

/** Those that a Service stands for, by its label or because MeshNetworks names it. istio: networkManager.getGatewayDetails */
function ofService(mesh: Mesh, service: Service): NetworkGateway[] {
  const { labels, externalAddresses } = service;
  const network = labels[NETWORK];
  const labelled = network ? labelledPorts(service).map((each) => ({ network, ...each })) : [];
  const found = network ? labelled : namedByNetworks(mesh, service.hostname);
  return externalAddresses.flatMap((address) => found.map((each) => ({ ...each, cluster: CLUSTER, address })));
}

/** The ports of a Service with the label of a network: one of them is enough. */
function labelledPorts({ labels, ports }: Service): Ports[] {
  const listens = (port: number): number => (ports.some(({ number }) => number === port) ? port : 0);
  const port = listens(Number(labels[NETWORK_GATEWAY_PORT]) || PASSTHROUGH_PORT);
  const hbonePort = listens(HBONE_PORT);
  return port || hbonePort ? [{ port, hbonePort }] : [];
}

/** Those that a Gateway with the label of a network gives by address. istio: networkManager.handleGatewayResource */
function ofGateway(gateway: Resource<KindMap['KubernetesGateway']>): NetworkGateway[] {
  const { labels = {} } = gateway.metadata;
  const network = labels[NETWORK];
  const { addresses = [], listeners = [] } = gateway.value.spec ?? {};
  if (!network) return [];
  const ports = listeners.flatMap(({ port = 0, protocol, tls }): Ports[] => [
    ...(tls && isAutoPassthrough(labels, port, tls) ? [{ port, hbonePort: 0 }] : []),
    ...(protocol === 'HBONE' ? [{ port, hbonePort: port }] : []),
  ]);
  return addresses
    .filter(({ type = 'IPAddress' }) => type === 'IPAddress' || type === 'Hostname')
    .flatMap(({ value: address = '' }) => ports.map((each) => ({ network, cluster: CLUSTER, address, ...each })));
}

/** Where a Service is named, in the network that this cluster is on. */
const namedByNetworks = (mesh: Mesh, hostname: string): ({ network: string } & Ports)[] =>
  Object.entries(meshNetworks(mesh).networks ?? {}).flatMap(([network, { endpoints = [], gateways = [] }]) =>
    endpoints.some(({ fromRegistry }) => fromRegistry === CLUSTER)
      ? gateways
          .filter(({ registryServiceName }) => registryServiceName === hostname)
          .map(({ port = 0 }) => ({ network, port, hbonePort: 0 }))
      : [],
  );

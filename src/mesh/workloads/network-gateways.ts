/** The gateways by which one network of a mesh reaches another. */
import ipaddr from 'ipaddr.js';
import { groupBy } from '../grouping';
import { alphabetically } from '../services/hostname';
import { CLUSTER } from './locality';
import { perMesh } from '../memo';
import type { Mesh } from '../mesh';
import { meshNetworks } from '../settings/mesh-config';
import type { Service } from '../services/service';
import { services } from '../services/services';

/** An address of another network's gateway that hands mutual TLS through. istio: model.NetworkGateway */
export interface NetworkGateway {
  readonly network: string;
  /** Empty where it is for all clusters of the network. */
  readonly cluster: string;
  readonly address: string;
  readonly port: number;
}

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
    gateways.flatMap(({ address, port = 0 }) => (address ? [{ network, cluster: '', address, port }] : [])),
  );

/** Those that a Service stands for, by its label or because MeshNetworks names it. istio: networkManager.getGatewayDetails */
function ofService(mesh: Mesh, service: Service): NetworkGateway[] {
  const { labels, ports, externalAddresses } = service;
  const network = labels['topology.istio.io/network'];
  const asked = Number(labels['networking.istio.io/gatewayPort']) || 15443;
  const labelled = network && ports.some(({ number }) => number === asked) ? [{ network, port: asked }] : [];
  const found = network ? labelled : namedByNetworks(mesh, service.hostname);
  return externalAddresses.flatMap((address) => found.map((each) => ({ ...each, cluster: CLUSTER, address })));
}

/** Where a Service is named, in the network that this cluster is on. */
const namedByNetworks = (mesh: Mesh, hostname: string): { network: string; port: number }[] =>
  Object.entries(meshNetworks(mesh).networks ?? {}).flatMap(([network, { endpoints = [], gateways = [] }]) =>
    endpoints.some(({ fromRegistry }) => fromRegistry === CLUSTER)
      ? gateways
          .filter(({ registryServiceName }) => registryServiceName === hostname)
          .map(({ port = 0 }) => ({ network, port }))
      : [],
  );

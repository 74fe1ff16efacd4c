/** Endpoints on other networks, which are reached by the gateways there. */
import ipaddr from 'ipaddr.js';
import type { LbEndpoint } from '../../envoy/config';
import { CLUSTER, withPlace } from '../../mesh/workloads/locality';
import {
  type NetworkGateway,
  type NetworkGateways,
  namedNetworkGateways,
  networkGateways,
} from '../../mesh/workloads/network-gateways';
import type { Proxy } from '../../mesh/workloads/proxy';
import type { Service } from '../../mesh/services/service';
import type { Push } from '../context';
import { type Group, type Member, weightOf } from './groups';
import { addressOf, isMtls } from './lb-endpoint';

/** The groups with gateways in place of what is behind them. istio: EndpointBuilder.EndpointsByNetworkFilter */
export function acrossNetworks(push: Push, { resolution }: Service, groups: readonly Group[]): readonly Group[] {
  const resolvesNames = resolution === 'dns' || resolution === 'dns-round-robin';
  const gateways = resolvesNames ? namedNetworkGateways(push.mesh) : networkGateways(push.mesh);
  if (gateways.isEmpty) return groups;
  return groups.map((group) => {
    const members = reachable(push, group.members, gateways);
    return { ...group, members, weight: members.length > 0 ? weightOf(members) : undefined };
  });
}

/** Weights are multiplied, so that those of what is behind gateways can be divided among them. */
function reachable({ proxy }: Push, members: readonly Member[], gateways: NetworkGateways): Member[] {
  const direct: Member[] = [];
  const shares = new Map<NetworkGateway, number>();
  for (const member of members) {
    const ways = takenGateways(proxy, gateways.of(member.network, CLUSTER));
    const weight = (member.lb.loadBalancingWeight || 1) * gateways.weightFactor;
    const isNear = member.network === '' || (proxy.network !== '' && proxy.network === member.network);
    if (isNear || ways.length === 0) direct.push({ ...member, lb: { ...member.lb, loadBalancingWeight: weight } });
    // Other networks tell connections apart by the server name of mutual TLS.
    else if (isMtls(member.lb)) share(shares, reachableGateways(proxy, ways), weight);
  }
  const throughGateways = [...shares]
    .sort(([one], [other]) => byAddress(one, other))
    .map(([way, weight]) => gatewayMember(way, weight));
  return [...direct, ...throughGateways];
}

/** Sidecars do not use gateways that take HBONE only. istio: selectNetworkGateways */
const takenGateways = ({ kind }: Proxy, ways: readonly NetworkGateway[]): readonly NetworkGateway[] =>
  kind === 'sidecar' ? ways.filter(({ port }) => port !== 0) : ways;

/** Those of the proxy's own address family; names are of none. istio: filterGatewaysByIPFamily */
const reachableGateways = ({ ip }: Proxy, ways: readonly NetworkGateway[]): NetworkGateway[] =>
  ways.filter(({ address }) => ipaddr.isValid(address) && isIPv6(address) === isIPv6(ip));

const isIPv6 = (address: string): boolean => address.includes(':');

function share(shares: Map<NetworkGateway, number>, ways: readonly NetworkGateway[], weight: number): void {
  for (const way of ways) shares.set(way, (shares.get(way) ?? 0) + Math.floor(weight / ways.length));
}

const byAddress = (one: NetworkGateway, other: NetworkGateway): number =>
  one.address < other.address ? -1 : one.address > other.address ? 1 : one.port - other.port;

function gatewayMember({ network, cluster, address, port }: NetworkGateway, weight: number): Member {
  const lb: LbEndpoint = {
    endpoint: { address: addressOf({ address, port }) },
    loadBalancingWeight: weight || 1,
    metadata: {
      filterMetadata: {
        'envoy.transport_socket_match': { tlsMode: 'istio' },
        istio: { workload: `;;;;${cluster}` },
      },
    },
  };
  return { network, labels: withPlace({}, '', '', network), lb };
}

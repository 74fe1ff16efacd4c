import ipaddr from 'ipaddr.js';
import type { CidrRange, HttpConnectionManager } from '../envoy/config';
import type { Mesh } from '../mesh/mesh';
import { meshNetworks } from '../mesh/settings/mesh-config';
import { cidrRange } from './cidr';

/** Whose headers are trusted: the ranges of MeshNetworks. istio: util.MeshNetworksToEnvoyInternalAddressConfig */
export function internalAddresses(mesh: Mesh): HttpConnectionManager {
  const networks = Object.values(meshNetworks(mesh).networks ?? {});
  const ranges = networks.flatMap(({ endpoints = [] }) =>
    endpoints.flatMap(({ fromCidr = '' }) => cidrRange(fromCidr) ?? []),
  );
  if (ranges.length === 0) return {};
  return { internalAddressConfig: { cidrRanges: ranges.sort(byAddress) } };
}

function byAddress(one: CidrRange, other: CidrRange): number {
  const [a, b] = [one, other].map(({ addressPrefix = '' }) => ipaddr.parse(addressPrefix).toByteArray());
  if (a!.length !== b!.length) return a!.length - b!.length;
  const at = a!.findIndex((byte, index) => byte !== b![index]);
  return at < 0 ? (one.prefixLen ?? 0) - (other.prefixLen ?? 0) : a![at]! - b![at]!;
}

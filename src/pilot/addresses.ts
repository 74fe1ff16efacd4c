/** At which addresses a proxy finds a service. */
import type { Proxy } from '../mesh/workloads/proxy';
import { type Service, UNSPECIFIED_ADDRESS } from '../mesh/services/service';

/**
 * Those of the proxy's own family, where it is a Service of Kubernetes; `0.0.0.0` alone where it has none. Waypoints know the
 * addresses that the control plane gives to ServiceEntries. istio: Service.GetAllAddressesForProxy
 */
export function addressesFor({ kind, ip }: Proxy, service: Service): readonly string[] {
  const { registry, addresses, autoAllocatedAddresses } = service;
  const ofFamily = (all: readonly string[]) => all.filter((address) => isIpv6(address) === isIpv6(ip));
  if (registry === 'Kubernetes') return ofFamily(addresses);
  const allocated = kind === 'waypoint' ? ofFamily(autoAllocatedAddresses) : [];
  return allocated.length > 0 ? allocated : addresses;
}

const isIpv6 = (address: string): boolean => address.includes(':');

/** As `addressesFor`, without the one that stands for none. */
export const realAddressesFor = (proxy: Proxy, service: Service): readonly string[] =>
  addressesFor(proxy, service).filter((address) => address !== '' && address !== UNSPECIFIED_ADDRESS);

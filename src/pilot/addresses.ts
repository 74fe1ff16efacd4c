/** At which addresses a proxy finds a service. */
import type { Proxy } from '../mesh/proxy';
import { type Service, UNSPECIFIED_ADDRESS } from '../mesh/service';

/**
 * Those of the proxy's own family, where it is a Service of Kubernetes; `0.0.0.0` alone where it has none.
 * istio: Service.GetAllAddressesForProxy
 */
export function addressesFor({ ip }: Proxy, { registry, addresses }: Service): readonly string[] {
  if (registry !== 'Kubernetes') return addresses;
  return addresses.filter((address) => isIpv6(address) === isIpv6(ip));
}

const isIpv6 = (address: string): boolean => address.includes(':');

/** As `addressesFor`, without the one that stands for none. */
export const realAddressesFor = (proxy: Proxy, service: Service): readonly string[] =>
  addressesFor(proxy, service).filter((address) => address !== '' && address !== UNSPECIFIED_ADDRESS);

/** At which addresses a proxy finds a service. */
import { capturesDns } from '../mesh/workloads/dns-capture';
import { type Service, UNSPECIFIED_ADDRESS } from '../mesh/services/service';
import { type Push, perPush } from './context';

/**
 * Those of the proxy's own family, where it is a Service of Kubernetes; `0.0.0.0` alone where it has none. Waypoints, and sidecars
 * whose agents answer DNS queries, know the addresses that the control plane gives to ServiceEntries.
 * istio: Service.GetAllAddressesForProxy
 */
export function addressesFor(push: Push, service: Service): readonly string[] {
  const { isInCluster, addresses, autoAllocatedAddresses } = service;
  const { ip } = push.proxy;
  const ofFamily = (all: readonly string[]) => all.filter((address) => isIpv6(address) === isIpv6(ip));
  if (isInCluster) return ofFamily(addresses);
  const allocated = knowsAllocated(push) ? ofFamily(autoAllocatedAddresses) : [];
  return allocated.length > 0 ? allocated : addresses;
}

/** istio: nodeUsesAutoallocatedIPs */
const knowsAllocated = perPush(({ mesh, proxy }) => proxy.kind === 'waypoint' || capturesDns(mesh, proxy));

const isIpv6 = (address: string): boolean => address.includes(':');

/** As `addressesFor`, without the one that stands for none. */
export const realAddressesFor = (push: Push, service: Service): readonly string[] =>
  addressesFor(push, service).filter((address) => address !== '' && address !== UNSPECIFIED_ADDRESS);

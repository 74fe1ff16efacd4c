import { isIpv4, isIpv6 } from '../ip';
import type { EndpointSlice, EndpointSubset, Endpoints } from '../kinds/kubernetes';
import { dnsSubdomain } from '../names';
import { type Violation, violation } from '../violation';

const FAMILIES = {
  IPv4: { is: isIpv4, name: 'an IPv4 address' },
  IPv6: { is: isIpv6, name: 'an IPv6 address' },
  FQDN: { is: (text: string) => !dnsSubdomain(text), name: 'a DNS name' },
};

/** Source: k8s.io/kubernetes discovery validation ValidateEndpointSlice. */
export function endpointSliceViolations({ addressType, endpoints = [] }: EndpointSlice): Violation[] {
  const family = addressType && FAMILIES[addressType];
  if (!family) return [];
  return endpoints.flatMap((endpoint, index) =>
    (endpoint?.addresses ?? []).flatMap((address, at) => {
      const path = ['endpoints', index, 'addresses', at];
      return family.is(address ?? '') ? [] : [violation('format', path, `"${address}" is not ${family.name}`)];
    }),
  );
}

/** Source: k8s.io/kubernetes core validation ValidateEndpoints. */
export const endpointsViolations = ({ subsets = [] }: Endpoints): Violation[] =>
  subsets.flatMap((subset, index) => (subset ? subsetViolations(index, subset) : []));

function subsetViolations(
  index: number,
  { addresses = [], notReadyAddresses = [], ports = [] }: EndpointSubset,
): Violation[] {
  const path = ['subsets', index];
  if (addresses.length + notReadyAddresses.length === 0)
    return [violation('missing-field', path, 'a subset needs "addresses" or "notReadyAddresses"')];
  if (ports.length < 2) return [];
  return ports.flatMap((port, at) =>
    port && !port.name
      ? [
          violation(
            'missing-field',
            [...path, 'ports', at, 'name'],
            '"name" is missing: of several ports each needs one',
          ),
        ]
      : [],
  );
}

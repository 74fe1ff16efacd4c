/** What a ServiceEntry may say, by the way its addresses are found. */
import type { ServiceEntrySpec } from '../../kinds/networking';
import { isTcp, protocolNamed } from '../../protocol';
import { each, isFilled, misspelt } from '../checks';
import type { Part } from '../part';
import { fqdn } from '../values/hosts';
import { labels } from '../values/labels';
import { endpoint, endpointAddress, endpointPorts } from './workload-entry';

type Spec = Part<ServiceEntrySpec>;
type Resolution = NonNullable<ServiceEntrySpec['resolution']>;

/** The checks of each resolution. istio: validation.ValidateServiceEntry */
export const resolutions: Readonly<Record<Resolution, (spec: Spec) => void>> = {
  NONE: none,
  STATIC: (spec) => each(endpoint('no names', portNames(spec)))(spec.at('endpoints').as(spec.value.endpoints ?? [])),
  DNS: dns,
  DNS_ROUND_ROBIN: (spec) => {
    if ((spec.value.endpoints?.length ?? 0) > 1)
      spec.at('endpoints').refuse('the resolution DNS_ROUND_ROBIN takes one endpoint', { on: 'key' });
    dns(spec);
  },
  DYNAMIC_DNS: dynamicDns,
};

const portNames = ({ value: { ports = [] } }: Spec) => new Set(ports.map((port) => port?.name ?? ''));

function none(spec: Spec): void {
  if (isFilled(spec.value.endpoints))
    spec
      .at('endpoints')
      .refuse('the resolution NONE takes no endpoints: connections go where the client sends them', { on: 'key' });
}

function dns(spec: Spec): void {
  const { addresses, endpoints, hosts = [], ports = [] } = spec.value;
  if (!isFilled(endpoints)) resolvableHost(spec);
  const names = portNames(spec);
  for (const item of spec.at('endpoints').items()) {
    endpointAddress(item.at('address').as(item.value.address ?? ''), 'names');
    if (item.value.labels) labels(item.at('labels') as Part<Record<string, string>>);
    endpointPorts(item, names);
  }
  if (isFilled(addresses) && hosts.length > 1 && ports.some((port) => isTcp(protocolNamed(port?.protocol ?? ''))))
    spec
      .at('hosts')
      .doubt('with "addresses" and a TCP port, several hosts cannot be distinguished; use one host', { on: 'key' });
}

/** Without endpoints the hosts themselves are resolved. */
function resolvableHost(spec: Spec): void {
  const bad = spec
    .at('hosts')
    .items()
    .find(({ value }) => fqdn(value));
  if (!bad) return;
  if (bad.value.startsWith('*'))
    bad.refuse(`"${bad.value}" cannot be resolved; without "endpoints" only full names can`);
  else misspelt(bad, bad.value, fqdn(bad.value)!);
}

const PROXIED = ['HTTP', 'HTTP2', 'GRPC', 'TLS'];

function dynamicDns(spec: Spec): void {
  const { location = 'MESH_EXTERNAL' } = spec.value;
  for (const host of spec.at('hosts').items())
    if (!host.value.startsWith('*'))
      host.refuse(`"${host.value}" has no "*": the resolution DYNAMIC_DNS is for domains`);
  for (const name of ['addresses', 'endpoints'] as const)
    if (isFilled(spec.value[name]))
      spec
        .at(name)
        .refuse(`the resolution DYNAMIC_DNS takes no ${name}: they come from the request's host`, { on: 'key' });
  for (const port of spec.at('ports').items())
    if (!PROXIED.includes(protocolNamed(port.value.protocol ?? '')))
      port
        .at('protocol')
        .refuse(
          `the resolution DYNAMIC_DNS is for the protocols ${PROXIED.join(', ')}, not for "${port.value.protocol ?? ''}"`,
        );
  if (location === 'MESH_INTERNAL' && usesWaypoint(spec))
    spec.at('location').refuse('MESH_INTERNAL is not supported with DYNAMIC_DNS where a waypoint is used');
}

function usesWaypoint({ judged }: Spec): boolean {
  const waypoint = judged.labels['istio.io/use-waypoint'] ?? '';
  return waypoint !== '' && waypoint.toLowerCase() !== 'none';
}

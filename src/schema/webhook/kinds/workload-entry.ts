import { isAddress } from '../../ip';
import type { KindMap } from '../../kinds';
import type { WorkloadEntrySpec } from '../../kinds/networking';
import { fields, isFilled, missing, misspelt } from '../checks';
import type { Check, Part } from '../part';
import { isUnix, unixSocket } from '../values/addresses';
import { fqdn, label } from '../values/hosts';
import { labels } from '../values/labels';
import { port as portNumber } from '../values/numbers';

/** What may stand for the address of an endpoint, beside an IP address: the name of a host, where it is resolved. */
export type Addresses = 'names' | 'no names';

/** istio: validation.ValidateWorkloadEntry */
export const workloadEntry: Check<KindMap['WorkloadEntry']> = (part) =>
  endpoint('names')(part.at('spec').as(part.value.spec ?? {}));

/** An endpoint of its own, or of a ServiceEntry with these ports. istio: validation.validateWorkloadEntry */
export const endpoint =
  (allowed: Addresses, ports?: ReadonlySet<string>): Check<WorkloadEntrySpec> =>
  (part) => {
    const { address = '', network } = part.value;
    if (!address && !network) return missing(part, 'address', '; only an endpoint with a "network" can be without');
    if (!address)
      part
        .at('network')
        .doubt('"address" is missing: the endpoint is reached through the gateways of its network', { on: 'key' });
    else if (isUnix(address)) socket(part, address, ports);
    else endpointAddress(part.at('address') as Part<string>, allowed);
    endpointPorts(part, ports);
    labelled(part);
  };

const labelled = fields<WorkloadEntrySpec>({ labels });

function socket(part: Part<WorkloadEntrySpec>, address: string, ports?: ReadonlySet<string>): void {
  const bad = unixSocket(address);
  if (bad) misspelt(part.at('address'), address, bad);
  if (isFilled(part.value.ports)) part.at('ports').refuse('a Unix socket has no ports', { on: 'key' });
  if (ports && ports.size !== 1)
    part.at('address').refuse(`a Unix socket serves one port, but this ServiceEntry has ${ports.size}`);
}

/** An IP address, or the name of a host. */
export function endpointAddress(part: Part<string>, allowed: Addresses): void {
  if (isAddress(part.value)) return;
  const bad = fqdn(part.value);
  if (allowed === 'no names')
    part.refuse(`"${part.value}" is not an IP address, which the resolution STATIC needs`, { reason: 'format' });
  else if (bad) part.refuse(`"${part.value}" is neither an IP address nor the name of a host`, { reason: 'format' });
}

/** Names and numbers of an endpoint's ports, and whether the service has them. */
export function endpointPorts(part: Part<WorkloadEntrySpec>, ports?: ReadonlySet<string>): void {
  for (const entry of part.at('ports').entries()) {
    const bad = label(entry.key);
    if (bad) misspelt(entry, entry.key, bad, 'key');
    else if (ports && !ports.has(entry.key))
      entry.refuse(`this ServiceEntry has no port "${entry.key}"`, { on: 'key' });
    portNumber(entry);
  }
}

import type { SidecarPort } from '../../kinds/networking';
import { fields, spelt, unlessEmpty } from '../checks';
import type { Part } from '../part';
import { label } from '../values/hosts';
import { knownProtocol } from '../values/protocols';

/** The name and protocol of a port, where they are given. */
export const namedPort = fields<SidecarPort>({
  name: unlessEmpty(spelt(label)),
  protocol: unlessEmpty(knownProtocol),
  targetPort: (part) => {
    if (part.value > 0) part.refuse('"targetPort" has no effect in a Sidecar; remove it', { on: 'key' });
  },
});

/** Says that a port is taken by an earlier listener. */
export function freePort(part: Part<SidecarPort>, taken: Set<number>): void {
  const { number = 0 } = part.value;
  if (taken.has(number))
    part.at('number').refuse(`an earlier listener has the same port ${number}`, { reason: 'duplicate' });
  taken.add(number);
}

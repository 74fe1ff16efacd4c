import type { KindMap } from '../../kinds';
import type { PeerAuthenticationSpec } from '../../kinds/security';
import { fields, isFilled } from '../checks';
import type { Check } from '../part';
import { isPort } from '../values/numbers';
import { selector } from '../values/selectors';

const portLevelMtls: Check<PeerAuthenticationSpec> = (part) => {
  if (!isFilled(part.value.portLevelMtls)) return;
  if (!isFilled(part.value.selector?.matchLabels))
    part
      .at('portLevelMtls')
      .refuse('"portLevelMtls" requires a selector, because ports are ports of workloads', { on: 'key' });
  for (const entry of part.at('portLevelMtls').entries())
    if (!isPort(Number(entry.key))) entry.refuse(`"${entry.key}" is not a port between 1 and 65535`, { on: 'key' });
};

const spec = fields<PeerAuthenticationSpec>({ selector }, portLevelMtls);

/** istio: validation.ValidatePeerAuthentication */
export const peerAuthentication: Check<KindMap['PeerAuthentication']> = (part) =>
  spec(part.at('spec').as(part.value.spec ?? {}));

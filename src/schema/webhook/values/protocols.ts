import { didYouMean, nearest } from '../../spelling';
import { PROTOCOL_NAMES, protocolNamed } from '../../protocol';
import type { Check } from '../part';

/** The name of a protocol, in upper or lower case. istio: validation.ValidateProtocol */
export const knownProtocol: Check<string> = (part) => {
  if (protocolNamed(part.value) !== 'UnsupportedProtocol') return;
  const meant = nearest(part.value, PROTOCOL_NAMES);
  const help = didYouMean(part.value, PROTOCOL_NAMES) || `; known values: ${PROTOCOL_NAMES.join(', ')}`;
  part.refuse(`"${part.value}" is not a protocol${help}`, {
    reason: 'enum',
    suggestion: meant === undefined ? undefined : { replaceValue: meant },
  });
};

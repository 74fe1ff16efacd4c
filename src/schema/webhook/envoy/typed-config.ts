import type { Part } from '../part';
import { fieldNames } from './messages';
import { own } from '../../../source/own';

const IN_ITS_PLACE = ['typed_config', 'typedConfig', 'config_discovery', 'configDiscovery'];

type Message = Part<Record<string, unknown>>;

/** Doubts filters that are given by their name alone. istio: envoyfilter.recurseMissingTypedConfig */
export function checkTypedConfig(part: Message, message: string): void {
  const fields = fieldNames(message);
  if (fields?.has('typed_config') && !IN_ITS_PLACE.some((name) => (own(part.value, name) ?? null) !== null))
    part.doubt('"typed_config" is missing: Envoy no longer finds filters by name alone');
  for (const inner of part.entries() as Part[]) {
    const field = fields?.get(inner.key);
    const isMessage = field?.form === 'one' && fieldNames(field.type) && !field.type.startsWith('google.protobuf.');
    if (isMessage && typeof inner.value === 'object') checkTypedConfig(inner as Message, field.type);
  }
}

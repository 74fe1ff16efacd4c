import { attributesOf } from './attributes';
import type { Vocabulary } from './expression';
import type { MixerCall } from './mixer';
import { isRecord } from '../../source/record';

/** What is wrong with an entry of a list of calls. */
export interface MixerCallFault {
  readonly field: string;
  readonly expected: 'check or report' | 'object' | 'quota' | 'type';
  /** The type of an attribute in the vocabulary. */
  readonly type?: string;
}

/** Whether an entry of a list of requests is a call to Mixer. */
export const isMixerCall = (entry: unknown): boolean => isRecord(entry) && entry['mode'] === 'mixer';

/** A call to Mixer as JSON states it: `{ mode: "mixer", call, attributes, quotas }`. */
export function mixerCallIn(
  entry: Readonly<Record<string, unknown>>,
  vocabulary: Vocabulary,
): MixerCall | MixerCallFault {
  const { call = 'check', attributes = {}, quotas = {} } = entry;
  if (call !== 'check' && call !== 'report') return { field: 'call', expected: 'check or report' };
  if (!isRecord(attributes)) return { field: 'attributes', expected: 'object' };
  if (!isRecord(quotas)) return { field: 'quotas', expected: 'object' };
  const wrongQuota = Object.entries(quotas).find(([, quota]) => !isQuota(quota));
  if (wrongQuota) return { field: `quotas.${wrongQuota[0]}`, expected: 'quota' };
  const read = attributesOf(attributes, vocabulary);
  const [wrong] = read.wrong;
  if (wrong !== undefined)
    return { field: `attributes.${wrong}`, expected: 'type', type: vocabulary.get(wrong) ?? 'STRING' };
  const requests = Object.entries(quotas as Record<string, { amount: number; bestEffort?: boolean }>);
  return {
    call,
    attributes: read.attributes,
    quotas: Object.fromEntries(
      requests.map(([name, { amount, bestEffort = false }]) => [name, { amount, bestEffort }]),
    ),
  };
}

const isQuota = (quota: unknown): boolean =>
  isRecord(quota) && Number.isInteger(quota['amount']) && ['boolean', 'undefined'].includes(typeof quota['bestEffort']);

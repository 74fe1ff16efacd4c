import { isMixerCall, mixerCallIn } from '../../legacy/mixer/call';
import { mixerConfiguration } from '../../legacy/mixer/configuration';
import { Mixer } from '../../legacy/mixer/mixer';
import { statusName } from '../../legacy/mixer/status';
import type { Mesh } from '../../mesh/mesh';
import { type MixerResult, mixerCallFaultText, mixerJson, mixerTable } from '../../report/mixer';
import { UsageError } from '../usage-error';

/** The calls to Mixer in a list of requests, or undefined where it has none. */
export function mixerCallsIn(list: unknown): Record<string, unknown>[] | undefined {
  if (!Array.isArray(list)) return undefined;
  const calls = (list as { request?: unknown }[]).map((entry) => entry?.request ?? entry);
  return calls.some(isMixerCall) ? (calls as Record<string, unknown>[]) : undefined;
}

/** What the Mixer of a mesh answers to calls, in their order: quotas run down from call to call. */
export function answerMixerCalls(
  mesh: Mesh,
  calls: readonly Record<string, unknown>[],
  output: 'text' | 'json' | 'mermaid',
): string {
  if (mesh.release !== '1.4')
    throw new UsageError('calls to Mixer require --istio-version 1.4; later releases have no Mixer');
  const configuration = mixerConfiguration(mesh);
  const mixer = new Mixer(configuration);
  const results = calls.map((entry, index): MixerResult => {
    if (!isMixerCall(entry))
      throw new UsageError(`request ${index + 1}: calls to Mixer and other requests cannot be mixed in a list`);
    const call = mixerCallIn(entry, configuration.vocabulary);
    if ('field' in call) throw new UsageError(`request ${index + 1}: ${mixerCallFaultText(call)}`);
    return { name: typeof entry['name'] === 'string' ? entry['name'] : '', mixer: mixer.answer(call) };
  });
  return output === 'json' ? mixerJson(results) : mixerTable(results, statusName);
}

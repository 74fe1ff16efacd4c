import type { KindMap } from '../../kinds';
import type { EnvVar, TrafficSelector, VmConfig, WasmConfig, WasmPluginSpec } from '../../kinds/extensions';
import { all, each, fields, missing, spelt, unique } from '../checks';
import type { Check } from '../part';
import { portSelector } from '../values/numbers';
import { attachment } from '../values/selectors';
import { pluginUrl } from '../values/urls';

const sha256: Check<string> = (part) => {
  if (part.value !== '' && !/^[0-9a-f]{64}$/.test(part.value))
    part.refuse(`"${part.value}" is not a SHA-256 checksum (64 hexadecimal digits)`, {
      reason: 'format',
    });
};

const atMost =
  (most: number): Check<string> =>
  (part) => {
    const { length } = new TextEncoder().encode(part.value);
    if (length > most)
      part.refuse(`${length} characters are too many: at most ${most} are allowed`, { reason: 'limit' });
  };

/** istio: validation.validateWasmPluginVMConfig */
const variable = fields<EnvVar>({ name: atMost(256) }, (part) => {
  const { name, value, valueFrom = 'INLINE' } = part.value;
  if (!name) missing(part, 'name');
  if (valueFrom !== 'INLINE' && value)
    part.at('value').refuse('a value that comes from HOST is not given here', { on: 'key' });
});

const vmConfig = fields<VmConfig>({
  env: all(
    each(variable),
    unique<EnvVar>(
      'variable',
      ({ name }) => name || undefined,
      (item) => item.at('name'),
    ),
  ),
});

const url = spelt(pluginUrl);

/** A module and how it is run. */
export const wasm = fields<WasmConfig>(
  { url, sha256, imagePullSecret: atMost(253), pluginName: atMost(256), vmConfig },
  (part) => {
    if (part.value.url === undefined) missing(part, 'url');
  },
);

/** istio: validation.validateWasmPluginMatch */
export const trafficSelector = fields<TrafficSelector>({ ports: each(portSelector) });

const spec = all(fields<WasmPluginSpec>({ match: each(trafficSelector) }, attachment), wasm);

/** istio: validation.ValidateWasmPlugin */
export const wasmPlugin: Check<KindMap['WasmPlugin']> = (part) => spec(part.at('spec').as(part.value.spec ?? {}));

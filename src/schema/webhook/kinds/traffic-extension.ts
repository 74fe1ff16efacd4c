import type { KindMap } from '../../kinds';
import type { LuaConfig, TrafficExtensionSpec } from '../../kinds/extensions';
import { each, fields, missing } from '../checks';
import type { Check } from '../part';
import { attachment } from '../values/selectors';
import { trafficSelector, wasm } from './wasm-plugin';

const LONGEST_CODE = 65_536;

/** istio: validation.validateLuaConfig */
const lua = fields<LuaConfig>({}, (part) => {
  const { inlineCode = '' } = part.value;
  if (inlineCode === '') missing(part, 'inlineCode');
  const { length } = new TextEncoder().encode(inlineCode);
  if (length > LONGEST_CODE)
    part
      .at('inlineCode')
      .refuse(`the code has ${length} bytes; at most ${LONGEST_CODE} are allowed`, { reason: 'limit' });
});

const wasmOrLua: Check<TrafficExtensionSpec> = (part) => {
  if (part.value.wasm && part.value.lua)
    part.at('lua').refuse('"lua" and "wasm" are mutually exclusive', { on: 'key', reason: 'exclusive' });
  if (!part.value.wasm && !part.value.lua) part.refuse('no extension is given; set "wasm" or "lua"', { on: 'key' });
};

const spec = fields<TrafficExtensionSpec>({ lua, wasm, match: each(trafficSelector) }, attachment, wasmOrLua);

/** istio: validation.ValidateTrafficExtension */
export const trafficExtension: Check<KindMap['TrafficExtension']> = (part) =>
  spec(part.at('spec').as(part.value.spec ?? {}));

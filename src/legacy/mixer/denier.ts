import { type ParamFields, readParams } from './params';
import type { CheckResult } from './result';

interface Denial {
  readonly status: { readonly code: number; readonly message: string };
  readonly validDuration: number;
  readonly validUseCount: number;
}

/** The parameters of the adapter denier. */
export const DENIER_PARAMS: ParamFields = {
  fields: {
    status: { fields: { code: 'integer', message: 'text', details: { list: { fields: {} } } } },
    validDuration: 'duration',
    validUseCount: 'integer',
  },
};

const DEFAULTS: Denial = { status: { code: 9, message: '' }, validDuration: 5e9, validUseCount: 1000 };

/** What a handler of the adapter denier answers to every check. */
export function denial(params: unknown): CheckResult {
  const { status, validDuration, validUseCount } = readParams(DENIER_PARAMS, params, DEFAULTS);
  return { ...status, validDuration, validUseCount };
}

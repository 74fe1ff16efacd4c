import type { KindMap } from '../../kinds';
import type { ProxyConfigSpec } from '../../kinds/networking';
import { fields } from '../checks';
import type { Check } from '../part';
import { notNegative } from '../values/numbers';
import { selector } from '../values/selectors';

const spec = fields<ProxyConfigSpec>({ concurrency: notNegative, selector });

/** istio: validation.ValidateProxyConfig */
export const proxyConfig: Check<KindMap['ProxyConfig']> = (part) => spec(part.at('spec').as(part.value.spec ?? {}));

import type { FractionalPercent, RuntimeFractionalPercent } from '../../envoy/config';
import type { Percent } from '../../schema/kinds/networking';

/** istio: route.translatePercentToFractionalPercent */
export const millionths = ({ value = 0 }: Percent): FractionalPercent => ({
  ...numerator(Math.trunc(value * 10_000)),
  denominator: 'MILLION',
});

/** istio: route.translateIntegerToFractionalPercent */
export const hundredths = (value: number): FractionalPercent => numerator(value);

/** Always. */
export const ALWAYS: RuntimeFractionalPercent = { defaultValue: hundredths(100) };

function numerator(value: number): FractionalPercent {
  return value === 0 ? {} : { numerator: value };
}

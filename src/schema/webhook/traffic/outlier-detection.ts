import type { OutlierDetection } from '../../kinds/networking';
import { fields } from '../checks';
import type { Check } from '../part';
import { duration, percent } from '../values/numbers';

const localErrorsApart: Check<OutlierDetection> = (part) => {
  const { consecutiveLocalOriginFailures = 0, splitExternalLocalOriginErrors } = part.value;
  if (consecutiveLocalOriginFailures > 0 && !splitExternalLocalOriginErrors)
    part
      .at('consecutiveLocalOriginFailures')
      .refuse('local failures are counted separately only where "splitExternalLocalOriginErrors" is true', {
        on: 'key',
      });
};

/** istio: consecutive5xxErrors came in 1.5 */
const FIRST_WITH_5XX = 5;

const deprecated: Check<number> = (part) => {
  if (part.value !== 0 && part.judged.minor >= FIRST_WITH_5XX)
    part.doubt('"consecutiveErrors" is deprecated; use "consecutive5xxErrors" or "consecutiveGatewayErrors"', {
      on: 'key',
    });
};

/** istio: validation.validateOutlierDetection */
export const outlierDetection = fields<OutlierDetection>(
  {
    baseEjectionTime: duration,
    consecutiveErrors: deprecated,
    interval: duration,
    maxEjectionPercent: percent,
    minHealthPercent: percent,
  },
  localErrorsApart,
);

import type { OutlierDetection } from '../../envoy/config';
import type { OutlierDetection as Settings } from '../../schema/kinds/networking';
import { protoDuration } from '../duration';

/** When an endpoint is left out for a while. istio: applyOutlierDetection */
export function outlierDetection(settings: Settings): OutlierDetection {
  const { interval, baseEjectionTime, maxEjectionPercent, consecutive5xxErrors, consecutiveGatewayErrors } = settings;
  return {
    ...(consecutive5xxErrors !== undefined && {
      consecutive5xx: consecutive5xxErrors,
      enforcingConsecutive5xx: enforcing(consecutive5xxErrors),
    }),
    ...(consecutiveGatewayErrors !== undefined && {
      consecutiveGatewayFailure: consecutiveGatewayErrors,
      enforcingConsecutiveGatewayFailure: enforcing(consecutiveGatewayErrors),
    }),
    ...(interval !== undefined && { interval: protoDuration(interval) }),
    ...(baseEjectionTime !== undefined && { baseEjectionTime: protoDuration(baseEjectionTime) }),
    ...(maxEjectionPercent && { maxEjectionPercent }),
    enforcingSuccessRate: 0,
    ...(settings.splitExternalLocalOriginErrors && localOrigin(settings)),
  };
}

const enforcing = (errors: number): number => (errors > 0 ? 100 : 0);

function localOrigin({ consecutiveLocalOriginFailures: failures }: Settings): OutlierDetection {
  return {
    splitExternalLocalOriginErrors: true,
    ...(failures && { consecutiveLocalOriginFailure: failures, enforcingConsecutiveLocalOriginFailure: 100 }),
    enforcingLocalOriginSuccessRate: 0,
  };
}

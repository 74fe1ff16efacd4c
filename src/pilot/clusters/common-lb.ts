/** What all of Envoy's load balancers have in common: when endpoints count as failing, and which are near. */
import type { CommonLbConfig } from '../../envoy/config';
import type { Service } from '../../mesh/services/service';
import type { Push } from '../context';
import { type LocalitySettings, localitySettings } from '../endpoints/locality-settings';
import { percentage } from './connection-pool';
import { type Target, outlierDetectionOf } from './target';

/** istio: applyOutlierDetection, LBSettings.ApplyToCluster */
export function commonLbConfig(push: Push, target: Target): CommonLbConfig {
  const { service, policy } = target;
  const ejection = outlierDetectionOf(push, target);
  const settings = localitySettings(push, policy.loadBalancer?.value, service);
  // Where endpoints that are not ready are sent too, they must not be called when few are healthy.
  const least = service.trafficDistribution === 'any' ? (ejection?.minHealthPercent ?? 0) : 0;
  return {
    healthyPanicThreshold: percentage(least),
    ...(settings && byPlace(settings, ejection !== undefined)),
  };
}

const OVERRIDABLE = ['HEALTHY', 'DRAINING', 'UNKNOWN', 'DEGRADED'];

/** Endpoints that are shutting down keep the sessions that they have; waypoints have no such setting. */
export const sessionHosts = (service: Service): CommonLbConfig =>
  hasPersistentSession(service) ? { overrideHostStatus: { statuses: OVERRIDABLE } } : {};

/** istio: Service.SupportsDrainingEndpoints */
const hasPersistentSession = ({ labels }: Service): boolean =>
  Boolean(labels['istio.io/persistent-session'] || labels['istio.io/persistent-session-header']);

function byPlace(settings: LocalitySettings, failsOver: boolean): CommonLbConfig {
  if (settings.kind === 'zone-aware') {
    const { enabled = true, minClusterSize } = settings.setting;
    const size = minClusterSize === undefined ? {} : { minClusterSize: String(minClusterSize) };
    return { zoneAwareLbConfig: enabled ? size : { routingEnabled: {}, ...size } };
  }
  const { failover, failoverPriority, distribute } = settings.setting;
  const isOrdered = (failsOver || settings.forced) && (failover?.length || failoverPriority?.length);
  return isOrdered || distribute?.length ? { localityWeightedLbConfig: {} } : {};
}

/** What an outbound cluster is made for: one port of a service, of all its endpoints or of a subset. */
import type { DestinationRule } from '../../mesh/traffic/destination-rules';
import type { Service, ServicePort } from '../../mesh/services/service';
import { type EffectivePolicy, policyFor } from '../../mesh/traffic/traffic-policy';
import type { ConnectionPoolSettings, OutlierDetection, Subset } from '../../schema/kinds/networking';
import type { Field } from '../../source/field';
import type { Push } from '../context';

export interface Target {
  readonly service: Service;
  readonly port: ServicePort;
  readonly rule: DestinationRule | undefined;
  readonly subset: Field<Subset> | undefined;
  readonly policy: EffectivePolicy;
}

/** A port of a service with the settings that hold for it. */
export const targetOf = (
  service: Service,
  port: ServicePort,
  rule: DestinationRule | undefined,
  subset?: Field<Subset>,
): Target => ({ service, port, rule, subset, policy: policyFor(rule?.trafficPolicy, port.number, subset) });

/** The settings that tell whether connections go to the address that was called: of the rule, or of the subset alone. */
export const wholePolicy = ({ rule, subset }: Target): EffectivePolicy =>
  policyFor(subset ? subset.each('trafficPolicy')[0] : rule?.trafficPolicy, undefined);

/** The connection pool of the rule, else of the mesh. istio: applyDefaultTrafficPolicy */
export function connectionPoolOf({ meshConfig }: Push, target: Target): ConnectionPoolSettings {
  const { connectionPool } = meshConfig.defaultTrafficPolicy ?? {};
  return target.policy.connectionPool?.value ?? (settlesPort(target) ? {} : (connectionPool ?? {}));
}

/** When endpoints are left out, as the rule says, else as the mesh does. istio: applyDefaultTrafficPolicy */
export function outlierDetectionOf({ meshConfig }: Push, target: Target): OutlierDetection | undefined {
  const { outlierDetection } = meshConfig.defaultTrafficPolicy ?? {};
  return target.policy.outlierDetection?.value ?? (settlesPort(target) ? undefined : outlierDetection);
}

/** Whether the subset has settings for this very port, beside which nothing else counts. */
function settlesPort({ subset, port }: Target): boolean {
  const { portLevelSettings = [] } = subset?.value.trafficPolicy ?? {};
  return portLevelSettings.some((each) => each.port?.number === port.number);
}

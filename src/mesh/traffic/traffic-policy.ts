/** The settings of a DestinationRule that hold for one port and subset. */
import type { Subset, TrafficPolicy } from '../../schema/kinds/networking';
import type { Field } from '../../source/field';

/** Each setting where it was written. Those of a port replace the others altogether, also where they are absent. */
export interface EffectivePolicy {
  readonly connectionPool?: Field<NonNullable<TrafficPolicy['connectionPool']>>;
  readonly loadBalancer?: Field<NonNullable<TrafficPolicy['loadBalancer']>>;
  readonly outlierDetection?: Field<NonNullable<TrafficPolicy['outlierDetection']>>;
  readonly tls?: Field<NonNullable<TrafficPolicy['tls']>>;
  readonly tunnel?: Field<NonNullable<TrafficPolicy['tunnel']>>;
  readonly proxyProtocol?: Field<NonNullable<TrafficPolicy['proxyProtocol']>>;
  readonly retryBudget?: Field<NonNullable<TrafficPolicy['retryBudget']>>;
}

/** What ports can set for themselves. */
const PER_PORT = ['connectionPool', 'loadBalancer', 'outlierDetection', 'tls'] as const;
const WHOLE = [...PER_PORT, 'tunnel', 'proxyProtocol', 'retryBudget'] as const;

/** The settings for a port, with those of a subset over those of the host. istio: util.MergeSubsetTrafficPolicy */
export function policyFor(
  policy: Field<TrafficPolicy> | undefined,
  port: number | undefined,
  subset?: Field<Subset>,
): EffectivePolicy {
  const ofHost = settingsFor(policy, port).settings;
  const [subsetPolicy] = subset?.each('trafficPolicy') ?? [];
  if (!subsetPolicy) return ofHost;
  const { settings, ofPort } = settingsFor(subsetPolicy, port);
  const kept = ofPort ? without(ofHost, PER_PORT) : ofHost;
  return { ...kept, ...settings };
}

/** istio: util.GetPortLevelTrafficPolicy */
function settingsFor(
  policy: Field<TrafficPolicy> | undefined,
  port: number | undefined,
): { settings: EffectivePolicy; ofPort: boolean } {
  if (!policy) return { settings: {}, ofPort: false };
  const own = policy.each('portLevelSettings[]').find(({ value }) => port !== undefined && value.port?.number === port);
  return own ? { settings: pick(own, PER_PORT), ofPort: true } : { settings: pick(policy, WHOLE), ofPort: false };
}

function pick(field: Field<object>, names: readonly (keyof EffectivePolicy)[]): EffectivePolicy {
  const picked: Partial<Record<keyof EffectivePolicy, Field>> = {};
  for (const name of names) {
    const setting = field.child(name);
    if (setting.value !== undefined && setting.value !== null) picked[name] = setting;
  }
  return picked as EffectivePolicy;
}

function without(policy: EffectivePolicy, names: readonly (keyof EffectivePolicy)[]): EffectivePolicy {
  return Object.fromEntries(Object.entries(policy).filter(([name]) => !names.includes(name as keyof EffectivePolicy)));
}

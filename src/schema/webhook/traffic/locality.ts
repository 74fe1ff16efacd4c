/** Load balancing by where workloads run. */
import type {
  LocalityLoadBalancerSetting,
  LocalityLoadBalancerSettingDistribute,
  LocalityLoadBalancerSettingFailover,
  ZoneAwareLoadBalancerSetting,
} from '../../kinds/networking';
import { each } from '../checks';
import type { Check, Part } from '../part';
import { separateLocalities } from './localities';

const TOPOLOGY = ['topology.kubernetes.io/region', 'topology.kubernetes.io/zone', 'topology.istio.io/subzone'];
const EJECTS = 'failing over requires "outlierDetection" to detect which endpoints have failed';

/** Whether there is an outlier detection beside it, which tells the endpoints that have failed. */
export type Beside = 'with ejection' | 'without ejection';

/** istio: agent.ValidateLocalityLbSetting */
export const localityLbSetting =
  (beside: Beside): Check<LocalityLoadBalancerSetting> =>
  (part) => {
    const { distribute = [], failover = [], failoverPriority = [] } = part.value;
    if (distribute.length && failover.length) {
      part
        .at('failover')
        .refuse('"failover" and "distribute" are mutually exclusive', { on: 'key', reason: 'exclusive' });
      return;
    }
    if (failover.length) withoutTopology(part, '"failover" already says it');
    each(weights)(part.at('distribute').as(distribute));
    separateLocalities(part.at('distribute').items().flatMap(from));
    if ((failover.length || failoverPriority.length) && beside === 'without ejection')
      part.at(failover.length ? 'failover' : 'failoverPriority').doubt(EJECTS, { on: 'key' });
    each(betweenRegions)(part.at('failover').as(failover));
  };

/** istio: agent.ValidateZoneAwareLbSetting */
export const zoneAwareLbSetting =
  (beside: Beside): Check<ZoneAwareLoadBalancerSetting> =>
  (part) => {
    const { failover = [], failoverPriority = [] } = part.value;
    withoutTopology(part, 'regions and zones are taken care of');
    if ((failover.length || failoverPriority.length) && beside === 'without ejection')
      part.at(failover.length ? 'failover' : 'failoverPriority').doubt(EJECTS, { on: 'key' });
    each(betweenRegions)(part.at('failover').as(failover));
  };

function withoutTopology(part: Part<{ failoverPriority?: string[] }>, because: string): void {
  for (const item of part.at('failoverPriority').items())
    if (TOPOLOGY.includes(item.value)) item.refuse(`label "${item.value}" is not allowed here: ${because}`);
}

const betweenRegions: Check<LocalityLoadBalancerSettingFailover> = (part) => {
  const { from = '', to = '' } = part.value;
  if (from === to) part.at('to').refuse(`"${to}" is the region where the traffic comes from; use another region`);
  for (const place of [part.at('from'), part.at('to')]) {
    if (place.value?.includes('/')) place.refuse(`"${place.value}" is more than a region; failover is between regions`);
    if (place.value?.includes('*')) place.refuse(`"${place.value}" must not contain "*"`);
  }
};

const weights: Check<LocalityLoadBalancerSettingDistribute> = (part) => {
  const to = part.at('to').entries();
  const bad = to.filter(({ value }) => value < 1 || value > 100);
  for (const weight of bad) weight.refuse(`${weight.value} is not between 1 and 100`, { reason: 'limit' });
  const total = to.reduce((sum, { value }) => sum + value, 0);
  if (!bad.length && total !== 100) part.at('to').refuse(`the weights add up to ${total}, not to 100`, { on: 'key' });
  separateLocalities(to.map((place) => ({ text: place.key, part: place, on: 'key' })));
};

const from = (part: Part<LocalityLoadBalancerSettingDistribute>) => [
  { text: part.value.from ?? '', part: part.at('from'), on: 'value' as const },
];

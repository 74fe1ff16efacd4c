/** Which settings say how a proxy prefers endpoints that are near. */
import type { Service, TrafficDistribution } from '../../mesh/services/service';
import type {
  LoadBalancerSettings,
  LocalityLoadBalancerSetting,
  ZoneAwareLoadBalancerSetting,
} from '../../schema/kinds/networking';
import type { Push } from '../context';

/** By region, zone and subzone, or by what Envoy itself makes of zones. istio: loadbalancer.LBSettings */
export type LocalitySettings =
  | {
      readonly kind: 'locality';
      readonly setting: LocalityLoadBalancerSetting;
      /** Whether they hold although no endpoint is ever left out. */
      readonly forced: boolean;
    }
  | { readonly kind: 'zone-aware'; readonly setting: ZoneAwareLoadBalancerSetting };

const SAME_ZONE = ['topology.istio.io/network', 'topology.kubernetes.io/region', 'topology.kubernetes.io/zone'];
const SAME_NODE = [...SAME_ZONE, 'topology.istio.io/subzone', 'kubernetes.io/hostname'];

const PREFERENCES: Record<Exclude<TrafficDistribution, 'any'>, string[]> = {
  'same-zone': SAME_ZONE,
  'same-node': SAME_NODE,
};

/** Those of the DestinationRule, else of the service, else of the mesh. istio: loadbalancer.GetEffectiveLbSetting */
export function localitySettings(
  { meshConfig }: Push,
  { localityLbSetting, zoneAwareLbSetting }: LoadBalancerSettings = {},
  { trafficDistribution }: Service,
): LocalitySettings | undefined {
  if (zoneAwareLbSetting) return { kind: 'zone-aware', setting: zoneAwareLbSetting };
  if (localityLbSetting) return enabled(localityLbSetting);
  if (trafficDistribution !== 'any')
    return { kind: 'locality', setting: { failoverPriority: PREFERENCES[trafficDistribution] }, forced: true };
  const { zoneAwareLbSetting: ofMesh } = meshConfig;
  return ofMesh ? { kind: 'zone-aware', setting: ofMesh } : enabled(meshConfig.localityLbSetting);
}

const enabled = (setting: LocalityLoadBalancerSetting): LocalitySettings | undefined =>
  setting.enabled === false ? undefined : { kind: 'locality', setting, forced: false };

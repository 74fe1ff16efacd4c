/** Endpoints by where they are. */
import type { LbEndpoint, Locality, LocalityLbEndpoints } from '../../envoy/config';
import type { Labels } from '../../mesh/workloads/labels';

/** An endpoint in Envoy's words, with the labels by which it is preferred or not. */
export interface Member {
  readonly labels: Labels;
  /** The network it is on, empty where there is only one. */
  readonly network: string;
  readonly lb: LbEndpoint;
}

/** The endpoints of one place; what is preferred has a low priority. istio: endpoints.LocalityEndpoints */
export interface Group {
  /** `region/zone/subzone`, empty where it is not known. */
  readonly place: string;
  readonly members: readonly Member[];
  readonly priority: number;
  /** Absent where all endpoints were filtered out. */
  readonly weight: number | undefined;
}

/** The sum of the weights of endpoints, as far as 32 bits hold it. */
export const weightOf = (members: readonly Member[]): number =>
  Math.min(
    members.reduce((sum, { lb }) => sum + (lb.loadBalancingWeight ?? 0), 0),
    0xffffffff,
  );

/** istio: util.ConvertLocality */
export function localityOf(place: string): Locality {
  const [region, zone, subZone] = place.split('/');
  return { ...(region && { region }), ...(zone && { zone }), ...(subZone && { subZone }) };
}

/** A group as Envoy reads it. */
export const toEnvoy = ({ place, members, priority, weight }: Group): LocalityLbEndpoints => ({
  locality: localityOf(place),
  ...(members.length > 0 && { lbEndpoints: members.map(({ lb }) => lb) }),
  ...(weight !== undefined && { loadBalancingWeight: weight }),
  ...(priority > 0 && { priority }),
});

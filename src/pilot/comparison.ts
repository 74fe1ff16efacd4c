/** How the configuration of a mesh that is in files compares with what a live proxy has. */
import type { EnvoyConfig, Listener, RouteConfiguration } from '../envoy/config';
import { type Difference, differences } from '../envoy/difference';
import type { Mesh } from '../mesh/mesh';
import { namespaces } from '../mesh/settings/namespaces';
import { type Neutral, hostOf, neutral } from './comparison/neutral';
import type { Translation } from './translate';
import { parseSubsetKey } from './subset-key';

/** The kinds of resources that can be compared. */
export const COMPARED = ['listeners', 'routes', 'clusters', 'endpoints'] as const;
export type ComparedType = (typeof COMPARED)[number];

/** One resource in which the two differ. */
export interface Deviation {
  readonly type: ComparedType;
  readonly name: string;
  readonly kind: 'only-ours' | 'only-theirs' | 'different';
  readonly differences: readonly Difference[];
  /** What the input makes of it. */
  readonly ours: object | undefined;
}

/** What was compared, and what came out. */
export interface Comparison {
  readonly compared: number;
  readonly deviations: readonly Deviation[];
  /** How many resources the proxy has for namespaces of which the input holds nothing. */
  readonly elsewhere: number;
}

/** Compares resource by resource. Addresses that are given out when objects are created do not count, nor does the number of pods. */
export function compareWithLive(
  mesh: Mesh,
  { config, origins }: Translation,
  live: EnvoyConfig,
  types: readonly ComparedType[] = COMPARED,
): Comparison {
  const isForeign = foreign(mesh);
  const ours = neutral(config, origins);
  const theirs = neutral(withoutForeignHosts(live, isForeign));
  const deviations: Deviation[] = [];
  let [compared, elsewhere] = [0, 0];
  for (const type of types)
    for (const name of new Set([...ours[type].keys(), ...theirs[type].keys()])) {
      if (!ours[type].has(name) && isElsewhere(type, name, theirs, isForeign)) {
        elsewhere++;
        continue;
      }
      compared++;
      const deviation = deviate(type, name, ours[type].get(name), theirs[type].get(name));
      if (deviation) deviations.push(deviation);
    }
  return { compared, deviations, elsewhere };
}

function deviate(type: ComparedType, name: string, ours?: object, theirs?: object): Deviation | undefined {
  if (!ours) return { type, name, kind: 'only-theirs', differences: [], ours };
  if (!theirs) return { type, name, kind: 'only-ours', differences: [], ours };
  const found = differences(ours, theirs);
  return found.length > 0 ? { type, name, kind: 'different', differences: found, ours } : undefined;
}

type IsForeign = (host: string) => boolean;

/** Tells hosts of Services in namespaces of which the input holds nothing. */
function foreign(mesh: Mesh): IsForeign {
  const known = namespaces(mesh);
  const suffix = `.svc.${mesh.domain}`;
  return (host) => {
    const [, namespace] = host.endsWith(suffix) ? host.slice(0, -suffix.length).split('.') : [];
    return namespace !== undefined && !known.has(namespace);
  };
}

const withoutForeignHosts = (config: EnvoyConfig, isForeign: IsForeign): EnvoyConfig => ({
  ...config,
  routes: config.routes.map((each) => ({
    ...each,
    virtualHosts: each.virtualHosts?.filter((host) => !isForeign(hostOf(host))) ?? [],
  })),
});

function isElsewhere(type: ComparedType, name: string, theirs: Neutral, isForeign: IsForeign): boolean {
  switch (type) {
    case 'clusters':
    case 'endpoints':
      return isForeign(parseSubsetKey(name)?.host ?? '');
    case 'routes':
      return isEmpty(theirs.routes.get(name)) || isForeign(name.replace(/:\d+$/, ''));
    case 'listeners':
      return isForeign(name.replace(/_\d+$/, '')) || servesNothing(theirs.listeners.get(name), theirs);
  }
}

/** What is there for every host that is not known. */
const CATCH_ALL = new Set(['allow_any', 'block_all', 'allow_any_dynamic_dns']);

const isEmpty = (routes: RouteConfiguration | undefined): boolean =>
  routes?.virtualHosts?.every(({ name = '' }) => CATCH_ALL.has(name)) ?? true;

/** Whether all that a listener would do is in route configurations of which nothing is left. */
function servesNothing(listener: Listener | undefined, { routes }: Neutral): boolean {
  const named = [...JSON.stringify(listener ?? {}).matchAll(/"routeConfigName":"([^"]*)"/g)].map(
    ([, name = '']) => name,
  );
  return named.length > 0 && named.every((name) => isEmpty(routes.get(name)));
}

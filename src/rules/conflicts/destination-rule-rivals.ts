/** DestinationRules that speak for the same services. */
import { configs } from '../../mesh/settings/configs';
import { addTo, groupBy } from '../../mesh/grouping';
import { HostIndex } from '../../mesh/services/host-index';
import { fullHost } from '../../mesh/services/hostname';
import { selects } from '../../mesh/workloads/labels';
import type { Mesh } from '../../mesh/mesh';
import { meshConfig } from '../../mesh/settings/mesh-config';
import { type Export, exportOf } from '../../mesh/traffic/visibility';
import type { KindMap } from '../../schema/kinds';
import type { Resource } from '../../source/resource';
import { sharedBy } from './claims';

/** A DestinationRule by its host in full. */
export interface Ruling {
  readonly resource: Resource<KindMap['DestinationRule']>;
  readonly host: string;
  readonly exportTo: Export;
  /** The names of its subsets. */
  readonly subsets: ReadonlySet<string>;
  /** Whether it is one of those by which mutual TLS was once switched on for all. */
  readonly isMutualTlsForAll: boolean;
}

/** The rules of each host in each namespace, of which Istio makes one, where there are several. */
export const mergedGroups = (mesh: Mesh): Ruling[][] =>
  [...rulings(mesh).values()].flatMap((all) =>
    all.length < 2 ? [] : [...groupBy(all, ({ resource }) => resource.namespace).values()],
  );

/** The rules of each host, where several namespaces have some. */
export const distantGroups = (mesh: Mesh): Ruling[][] =>
  [...rulings(mesh).values()].filter((all) => new Set(all.map(({ resource }) => resource.namespace)).size > 1);

/** For every rule, those whose host covers its own or is covered by it. Nothing is inherited from one to the other. */
export function coveringPairs(mesh: Mesh): Map<Ruling, Ruling[]> {
  const index = rulings(mesh);
  const found = new Map<Ruling, Ruling[]>();
  const add = (narrow: Ruling, wide: Ruling): void => {
    if (wide.isMutualTlsForAll || narrow.isMutualTlsForAll || !haveSameClients(wide, narrow)) return;
    addTo(found, narrow, wide);
    addTo(found, wide, narrow);
  };
  for (const narrow of [...index.values()].flat()) {
    const covering = [...index.covering(narrow.host)].filter(({ host }) => host !== narrow.host);
    for (const wide of covering.flatMap(({ value }) => value)) add(narrow, wide);
  }
  return found;
}

function rulings(mesh: Mesh): HostIndex<Ruling[]> {
  const index = new HostIndex<Ruling[]>();
  const { defaultDestinationRuleExportTo: defaults } = meshConfig(mesh);
  for (const resource of configs(mesh, 'DestinationRule')) {
    const { host: written = '', exportTo = [], workloadSelector } = resource.value.spec ?? {};
    const host = fullHost(written, resource.namespace, mesh.domain).toLowerCase();
    const declared = exportOf(workloadSelector ? ['.'] : exportTo, defaults, resource.namespace);
    const subsets = new Set(resource.each('spec.subsets[].name').map(({ value }) => value));
    index
      .at(host, () => [])
      .push({
        resource,
        host,
        exportTo: declared,
        subsets,
        isMutualTlsForAll: isMutualTlsForAll(mesh, resource, host),
      });
  }
  return index;
}

/** Whether some client finds both: they may be for chosen workloads, and kept from some namespaces. */
export function haveSameClients(one: Ruling, other: Ruling): boolean {
  const shared = sharedBy(one.exportTo, other.exportTo);
  if (shared !== 'everywhere' && shared.size === 0) return false;
  const [ours, theirs] = [one, other].map(({ resource }) => resource.value.spec?.workloadSelector);
  if (!ours || !theirs) return ours === theirs;
  const [our = {}, their = {}] = [ours.matchLabels, theirs.matchLabels];
  return selects(our, their) && selects(their, our);
}

function isMutualTlsForAll(mesh: Mesh, resource: Ruling['resource'], host: string): boolean {
  const isForAll = host === '*.local' || host === `*.${resource.namespace}.svc.${mesh.domain}`;
  return isForAll && resource.value.spec?.trafficPolicy?.tls?.mode === 'ISTIO_MUTUAL';
}

/** DestinationRules that speak for the same services. */
import { configs } from '../../mesh/configs';
import { addTo, groupBy } from '../../mesh/grouping';
import { HostIndex } from '../../mesh/host-index';
import { fullHost } from '../../mesh/hostname';
import { selects } from '../../mesh/labels';
import type { Mesh } from '../../mesh/mesh';
import { meshConfig } from '../../mesh/mesh-config';
import { type Export, exportOf } from '../../mesh/visibility';
import type { KindMap } from '../../schema/kinds';
import type { Resource } from '../../source/resource';
import { sharedBy } from './claims';

/** A DestinationRule by its host in full. */
export interface Ruling {
  readonly resource: Resource<KindMap['DestinationRule']>;
  readonly host: string;
  readonly exportTo: Export;
}

/** Every two of one host and namespace, once. Istio makes one rule of them. */
export const mergedPairs = (mesh: Mesh): [Ruling, Ruling][] =>
  [...rulings(mesh).values()].flatMap((all) =>
    [...groupBy(all, ({ resource }) => resource.namespace).values()].flatMap((beside) =>
      pairs(beside).filter(([one, other]) => haveSameClients(one, other)),
    ),
  );

/** Every two of one host in different namespaces that some namespace sees, once. */
export const distantPairs = (mesh: Mesh): [Ruling, Ruling][] =>
  [...rulings(mesh).values()].flatMap((all) =>
    pairs(all).filter(
      ([one, other]) => one.resource.namespace !== other.resource.namespace && haveSameClients(one, other),
    ),
  );

/** For every rule, those whose host covers its own or is covered by it. Nothing is inherited from one to the other. */
export function coveringPairs(mesh: Mesh): Map<Ruling, Ruling[]> {
  const index = rulings(mesh);
  const found = new Map<Ruling, Ruling[]>();
  const add = (narrow: Ruling, wide: Ruling): void => {
    if (isMutualTlsForAll(mesh, wide) || isMutualTlsForAll(mesh, narrow) || !haveSameClients(wide, narrow)) return;
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
    index.at(host, () => []).push({ resource, host, exportTo: declared });
  }
  return index;
}

const pairs = (all: readonly Ruling[]): [Ruling, Ruling][] =>
  all.flatMap((one, index) => all.slice(index + 1).map((other): [Ruling, Ruling] => [one, other]));

/** Whether some client finds both: they may be for chosen workloads, and kept from some namespaces. */
function haveSameClients(one: Ruling, other: Ruling): boolean {
  const shared = sharedBy(one.exportTo, other.exportTo);
  if (shared !== 'everywhere' && shared.size === 0) return false;
  const [ours, theirs] = [one, other].map(({ resource }) => resource.value.spec?.workloadSelector);
  if (!ours || !theirs) return ours === theirs;
  const [our = {}, their = {}] = [ours.matchLabels, theirs.matchLabels];
  return selects(our, their) && selects(their, our);
}

/** The rules by which mutual TLS was once switched on, beside those of the services. */
function isMutualTlsForAll(mesh: Mesh, { resource, host }: Ruling): boolean {
  const isForAll = host === '*.local' || host === `*.${resource.namespace}.svc.${mesh.domain}`;
  return isForAll && resource.value.spec?.trafficPolicy?.tls?.mode === 'ISTIO_MUTUAL';
}

/** Who gets to know what, where Sidecars keep things from most: asked of two things that are a conflict only for those who know both. */
import { configs } from '../settings/configs';
import { EgressHosts } from './egress-hosts';
import { groupBy } from '../grouping';
import { perMesh } from '../memo';
import type { Mesh } from '../mesh';
import { rootNamespace } from '../settings/mesh-config';
import { namespaces } from '../settings/namespaces';
import type { VirtualService } from './virtual-services';
import { type Export, reaches } from './visibility';

/** What one egress listener lets the proxies of a namespace know; without hosts everything that is exported to them. */
interface View {
  readonly namespace: string;
  readonly hosts: EgressHosts | undefined;
}

/** What sidecars look at the mesh through; undefined where no Sidecar keeps anything from anybody. */
const views = perMesh((mesh): readonly View[] | undefined => {
  const sidecars = groupBy(configs(mesh, 'Sidecar'), ({ namespace }) => namespace);
  if (sidecars.size === 0) return undefined;
  const root = rootNamespace(mesh);
  const ofAll = sidecars.get(root)?.find(({ value }) => !value.spec?.workloadSelector);
  // The control plane's own namespace holds no clients.
  return [...namespaces(mesh).keys()].flatMap((namespace) => {
    if (namespace === root) return [];
    const own = sidecars.get(namespace) ?? [];
    const selecting = own.filter(({ value }) => value.spec?.workloadSelector);
    const rest = own.find(({ value }) => !value.spec?.workloadSelector) ?? ofAll;
    return [...selecting, rest].flatMap((sidecar): View[] => {
      const egress = sidecar?.value.spec?.egress ?? [];
      if (egress.length === 0) return [{ namespace, hosts: undefined }];
      return egress.map(({ hosts = [] }) => ({ namespace, hosts: new EgressHosts(hosts, namespace) }));
    });
  });
});

/** The views in which something is. */
export type Audience = ReadonlySet<View> | 'everybody';

/** Who follows the routes of a VirtualService, of those that it is exported to. */
export function audienceOf(mesh: Mesh, { hosts, namespace, exportTo }: VirtualService): Audience {
  const names = hosts.map(({ name }) => name);
  return audience(mesh, exportTo, (view) => view.letsVirtualServiceIn(names, namespace, 'istio'));
}

/** Who may call a host that a namespace declares, of those that it is exported to. */
export const callersOf = (mesh: Mesh, host: string, namespace: string, exportTo: Export): Audience =>
  audience(mesh, exportTo, (view) => view.importsOf(host, namespace).length > 0 && !view.excludes(host, namespace));

function audience(mesh: Mesh, exportTo: Export, letsIn: (hosts: EgressHosts) => boolean): Audience {
  const all = views(mesh);
  if (!all) return 'everybody';
  return new Set(all.filter(({ namespace, hosts }) => reaches(exportTo, namespace) && (!hosts || letsIn(hosts))));
}

/** Whether somebody is among both. */
export function overlap(one: Audience, other: Audience): boolean {
  if (one === 'everybody' || other === 'everybody') return true;
  const [few, many] = one.size < other.size ? [one, other] : [other, one];
  for (const view of few) if (many.has(view)) return true;
  return false;
}
